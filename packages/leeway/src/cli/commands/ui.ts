import { existsSync } from "node:fs";
import { Command } from "commander";
import { z } from "zod";
import type { Field } from "../../field.ts";
import { printable } from "../../report/index.ts";
import { startUi } from "../../ui/index.ts";
import { interruptible } from "../interruption.ts";
import { addFields, type FlagsOf } from "../options/field-option.ts";
import { addMachine, addOutput, type MachineFlags, type OutputFlags } from "../options/shared.ts";
import { usageError } from "../options.ts";
import { rowsFileOf } from "../kept-lines.ts";
import { aborted, printFault } from "../until-stopped.ts";

const uiFields = {
  port: {
    type: z.int().min(0).max(65_535),
    help: "port; 0 takes any that is free",
    default: "8100",
    group: "Where it listens",
    value: "<number>",
    affects: "nothing",
    common: true,
  },
} as const satisfies Record<string, Field>;

/** `leeway ui`: the runs of a folder in a browser. */
export function uiCommand(): Command {
  const command = new Command("ui").argument("[runs-dir]", "the folder of all runs", "runs");
  addFields(command, uiFields);
  addMachine(command, ["dataDir"]);
  const change = {
    json: { help: "print where it listens as JSON to stdout" },
    quiet: { help: "print nothing but errors" },
  };
  return addOutput(command, ["json", "quiet"], change)
    .addHelpText("after", examples)
    .action(showUntilStopped);
}

const examples = `
All runs in a table that is searched and sorted, the curves of those that are training now, reports of one run or of
several side by side, and what class counts mean for margins and weights. It listens at 127.0.0.1 alone, reads nothing
outside the folder but the data of runs for their reports, and changes nothing.

Examples:
  $ leeway ui
  $ leeway ui results/runs --port 0
`;

type UiFlags = FlagsOf<typeof uiFields> & Pick<MachineFlags, "dataDir"> & Pick<OutputFlags, "json" | "quiet">;

async function showUntilStopped(runsDir: string, flags: UiFlags): Promise<void> {
  const { port = 8100, dataDir, json = false, quiet = false } = flags;
  if (!existsSync(runsDir)) {
    throw usageError("ui", "the folder of all runs", runsDir, "Train one, or name another folder.");
  }
  const { appPage, reportPage } = await import("@leeway/dashboard");
  await interruptible(
    async ({ signal, exitCode }) => {
      const shown = { runsDir, dataDir, rowsFile: rowsFileOf(runsDir), page: appPage(), reportPage };
      const ui = await startUi({ ...shown, port, onFault: printFault });
      if (json) console.log(JSON.stringify({ url: ui.url, port: ui.port, runsDir }));
      if (!quiet) console.error(`Runs of ${printable(runsDir)} at ${ui.url} until Ctrl-C`);
      await aborted(signal);
      await ui.close();
      process.exitCode = exitCode();
    },
    { message: "" },
  );
}
