import { Command } from "commander";
import { readRun } from "../../storage/index.ts";
import {
  recipeOf,
  recordedPreparation,
  type ResumeEvent,
  resumeRun,
  type RunEvent,
} from "../../runs/index.ts";
import { interruptible } from "../interruption.ts";
import {
  addMachine,
  addOutput,
  addSafety,
  type MachineFlags,
  type OutputFlags,
  type SafetyFlags,
  safetyOf,
} from "../options/shared.ts";
import { readData } from "../read-data.ts";
import { requestedDevice } from "../requested-device.ts";
import { writeRunReport } from "../run-report.ts";
import {
  printRun,
  runDisplay,
  slowness,
  withProgress,
  describeDamage,
  describeResumption,
  exitAs,
  noDisplay,
} from "../run-with-progress.ts";
import { methodTitle } from "../../report/index.ts";
import { progressMode } from "../terminal.ts";
import { withRanks } from "../with-ranks.ts";

/** `leeway resume`: goes on with a run that was interrupted or killed, at the very step. */
export function resumeCommand(): Command {
  const command = new Command("resume").argument("<run>", "the run's folder");
  const machine = ["threads", "device", "dataDir", "cacheDir", "allowChange"] as const;
  addMachine(command, machine, { threads: { default: "as before" }, device: { default: "as before" } })
    .optionsGroup("Machine and files:")
    .option("--take-over", "also if a process of another machine, which is gone, still holds the run");
  addOutput(addSafety(command), ["json", "progress", "report", "quiet"]);
  return command.addHelpText("after", examples).action(resume);
}

const examples = `
Weights, metrics and summary come out bit by bit as those of a run that was never stopped. A run that has
finished is left alone and its result printed, so that the command may be repeated. A damaged checkpoint is
named, and the newest whole one used. Another recipe or other data are refused.

Examples:
  $ leeway resume runs/latest
  $ until leeway resume runs/latest; do sleep 1; done
`;

/** What commander gives; `train --continue` resumes with the options that both have. */
export interface ResumeFlags extends Omit<MachineFlags, "runsDir">, SafetyFlags, OutputFlags {
  readonly takeOver?: boolean;
}

/** Goes on with a run, or prints the result of one that has finished. */
export async function resume(path: string, flags: ResumeFlags): Promise<void> {
  const { json = false, quiet = false, threads, device, dataDir, cacheDir, allowChange, takeOver } = flags;
  const stored = readRun(path);
  const recipe = recipeOf(stored);
  const finished = stored.summary?.status === "finished";
  if (!finished) requestedDevice({ device: device ?? stored.record.environment.device }, recipe.precision);
  await interruptible((interruption) =>
    withRanks({ threads, quiet, log: interruption.log }, async ({ group, isFirst, inTurn }) => {
      const { signal, exitCode, onDisplay } = interruption;
      const mode = quiet || !flags.progress || !isFirst ? "silent" : progressMode(process.stderr);
      const reading = { mode, dataDir, cacheDir, recorded: recordedPreparation(stored) };
      const data = finished
        ? undefined
        : await inTurn(recipe, (once) => readData(recipe, { ...reading, once }, interruption));
      if (!finished && data === undefined) return;
      const display = runDisplay({
        mode,
        title: methodTitle(recipe),
        epochs: recipe.epochs,
        announce: (record) => (quiet ? [] : slowness(record)),
        onDisplay,
      });
      const options = { data, threads, group, device, allowChange, takeOver, signal, ...safetyOf(flags) };
      const events = announced(resumeRun(path, options), { finished, quiet, isFirst });
      const run = await withProgress(events, isFirst ? display : noDisplay);
      if (!isFirst) {
        exitAs(run, exitCode);
        return;
      }
      printRun(run, { mode, json, quiet, exitCode });
      if (flags.report && !finished) await writeRunReport(run, { quiet, dataDir, cacheDir });
    }),
  );
}

/** Says on stderr from where a run goes on, and gives the rest of what it says. */
async function* announced(
  events: AsyncIterable<ResumeEvent>,
  {
    finished,
    quiet,
    isFirst,
  }: { readonly finished: boolean; readonly quiet: boolean; readonly isFirst: boolean },
): AsyncGenerator<RunEvent, void, undefined> {
  if (finished && !quiet && isFirst) console.error("The run has finished: nothing is left to do.");
  for await (const event of events) {
    if (event.kind !== "resuming") {
      yield event;
      continue;
    }
    if (!isFirst) continue;
    for (const line of describeDamage(event)) console.error(line);
    if (quiet) continue;
    for (const line of describeResumption(event)) console.error(line);
  }
}
