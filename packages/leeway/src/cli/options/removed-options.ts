import { type Command, Option } from "commander";
import { RunError } from "../../errors.ts";

/**
 * Adds options that a command had before: hidden from help, each an error that names the new way.
 *
 * @param removed what to do instead, by the option as it was declared: `{ "--all": "Say --top all." }`
 */
export function addRemoved(command: Command, removed: Readonly<Record<string, string>>): Command {
  for (const [flags, advice] of Object.entries(removed)) {
    const option = new Option(flags).hideHelp();
    command.addOption(option).on(`option:${option.name()}`, () => {
      const message = `${option.long ?? flags}: expected an option of this version, got one that was removed. ${advice}`;
      throw new RunError("usage", message);
    });
  }
  return command;
}
