import { type Command, Help, Option } from "commander";
import type { Field } from "../field.ts";
import { choicesOf, fieldOf } from "./options/field-option.ts";

/** Commands whose help shows what most people need; `--help --all` shows the rest. */
const short = new WeakSet<Command>();

/** Whether the arguments ask for help on every option. */
export function isHelpOnAll(argv: readonly string[]): boolean {
  return (
    argv.includes("--help-all") || (argv.some((word) => /^(-h|--help)$/.test(word)) && argv.includes("--all"))
  );
}

/** Whether the arguments ask for help. Where they do not, options are looked at to guess a misspelt one. */
export function isHelp(argv: readonly string[]): boolean {
  return argv[0] === "help" || argv.some((word) => /^(-h|--help|--help-all)$/.test(word));
}

/** Arguments that ask for help, as commander knows them. */
export function helpArguments(argv: readonly string[]): string[] {
  if (!isHelpOnAll(argv)) return [...argv];
  return argv.filter((word) => word !== "--all").map((word) => (word === "--help-all" ? "--help" : word));
}

/**
 * Makes the help of a command short: options of fields that are not common are hidden, and the long text too.
 *
 * @param examples a handful of command lines
 * @param more     what the whole help says beside them
 */
export function withShortHelp(
  command: Command,
  { examples, more }: { examples: string; more: string },
): Command {
  short.add(command);
  return command.addHelpText("after", () =>
    isHelpOnAll(process.argv)
      ? `${more}${examples}`
      : `${examples}\nAll options: leeway ${command.name()} --help --all`,
  );
}

/** The options that help shows, or that are known: in short help those of common fields and the command's own, each on one line. */
export function shownOptions(command: Command, { all }: { readonly all: boolean }): Option[] {
  const visible = new Help().visibleOptions(command);
  if (all || !short.has(command)) return visible;
  return visible.flatMap((option) => {
    const field = fieldOf(option);
    if (field === undefined) return option.long === "--help" ? [] : [option];
    return field.common ? [shortForm(option, field)] : [];
  });
}

/** The headings of short help that hold the options of several groups. */
const headings: Readonly<Record<string, string>> = {
  ...{ Tables: "Data", Texts: "Data", Embeddings: "Data", Images: "Data" },
  ...{ Method: "Training", "Machine and files": "Run", Output: "Run" },
};

function shortForm(option: Option, field: Field): Option {
  const { help, group, type, default: byDefault } = field;
  const of = headings[group] === "Data" ? `${group.toLowerCase()}: ` : "";
  const choices = choicesOf(type) ?? [];
  const names = choices.length > 0 && choices.length < 4 ? `: ${choices.join(", ")}` : "";
  const text = `${of}${help}${names}${byDefault === undefined ? "" : ` (default: ${byDefault})`}`;
  const form = new Option(option.flags, text);
  return form.helpGroup(`${headings[group] ?? group}:`);
}
