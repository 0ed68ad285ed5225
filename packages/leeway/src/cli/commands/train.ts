import { Command } from "commander";
import type { RunRecord } from "../../records/index.ts";
import { isRunName } from "../../storage/index.ts";
import { interruptible } from "../interruption.ts";
import { asUsage, usageError } from "../options.ts";
import {
  addMachine,
  addOutput,
  addSafety,
  type MachineFlags,
  type OutputFlags,
  type SafetyFlags,
  safetyOf,
} from "../options/shared.ts";
import { newestRun } from "../newest-run.ts";
import { resume } from "./resume.ts";
import { recordedRecipe, runRecipe } from "../../runs/index.ts";
import { requestedData } from "../requested-data.ts";
import { requestedDevice } from "../requested-device.ts";
import { addDataOptions, type DataFlags } from "../data-options.ts";
import { readData } from "../read-data.ts";
import { addRecipeOptions, requestedRecipe, type RecipeFlags } from "../recipe-options.ts";
import { writeRunReport } from "../run-report.ts";
import { withShortHelp } from "../short-help.ts";
import {
  dataNotes,
  exitAs,
  noDisplay,
  printRun,
  runDisplay,
  slowness,
  withProgress,
} from "../run-with-progress.ts";
import {
  classWeightWords,
  count,
  counted,
  datasetTitle,
  describeProfile,
  exampleNoun,
  initWords,
  lengthWords,
  methodTitle,
  recipeWarnings,
} from "../../report/index.ts";
import { progressMode } from "../terminal.ts";
import { withRanks } from "../with-ranks.ts";

/** `leeway train`: one run, from a recipe to its folder and its numbers on the test set. */
export function trainCommand(): Command {
  const command = addRecipeOptions(addDataOptions(new Command("train")));
  addMachine(command, ["threads", "device", "nondeterministic", "dataDir", "cacheDir"]);
  addMachine(command, ["runsDir", "name", "continue", "allowChange"]);
  addOutput(addSafety(command), ["json", "progress", "report", "quiet"]);
  return withShortHelp(command, { examples, more }).action(train);
}

const examples = `
Examples:
  $ leeway train transactions.csv --label fraud
  $ leeway train photos/ --image-size 224 --init resnet50.safetensors
  $ leeway train reviews.csv --text review --label stars
  $ leeway train cifar10 --ratio 100 --epochs 40 --precision bf16
  $ leeway train --config run.yaml --seed 1
`;

const more = `
Decays and deferral scale with --epochs. Epochs count from the start: --decay-at 160 trains 160 epochs at the full
rate. Ctrl-C finishes the step and writes what is done (exit code 130); a second one ends at once. A run that was
stopped or killed goes on with leeway resume RUN, at the very step and with the same bits. With --continue the same
command begins a run, goes on with it and, once it has finished, prints its result: for jobs that are started anew.
`;

interface TrainFlags extends RecipeFlags, DataFlags, MachineFlags, SafetyFlags, OutputFlags {}

async function train(paths: readonly string[], flags: TrainFlags): Promise<void> {
  const { threads, dataDir, cacheDir, runsDir, name } = flags;
  const { json = false, quiet = false } = flags;
  requireRunName(name);
  const recipe = await asUsage(async () => requestedRecipe(await requestedData(paths, flags)));
  const before = newestRun(recordedRecipe(recipe), { ...flags, environment: process.env });
  if (before !== undefined) {
    if (!(flags.quiet ?? false)) console.error(`Going on with ${before.path}`);
    await resume(before.path, { ...flags, takeOver: before.isAbandoned });
    return;
  }
  const compute = requestedDevice(flags, recipe.precision);
  await interruptible((interruption) =>
    withRanks({ threads, quiet, log: interruption.log }, async ({ group, isFirst, inTurn }) => {
      const { signal, exitCode, onDisplay } = interruption;
      const mode = quiet || !flags.progress || !isFirst ? "silent" : progressMode(process.stderr);
      const data = await inTurn(recipe, (once) =>
        readData(recipe, { mode, dataDir, cacheDir, threads, once }, interruption),
      );
      if (data === undefined) return;
      const shown = {
        ...{ mode, onDisplay, title: methodTitle(recipe), epochs: recipe.epochs },
        announce: (record: RunRecord, folder: string) => (quiet ? [] : announced(record, folder)),
      };
      const events = runRecipe(recordedRecipe(recipe), {
        ...{ runsDir, name, data, signal, group, command: process.argv.slice(2) },
        ...compute,
        ...safetyOf(flags),
      });
      const run = await withProgress(events, isFirst ? runDisplay(shown) : noDisplay);
      if (!isFirst) {
        exitAs(run, exitCode);
        return;
      }
      printRun(run, { mode, json, quiet, exitCode });
      if (flags.report) await writeRunReport(run, { quiet, dataDir, cacheDir });
    }),
  );
}

/** What is going to be trained, and where it is written. */
function announced(record: RunRecord, folder: string): string[] {
  const { recipe, data, environment } = record;
  const { trainCounts, trainSize } = data;
  const [largest, smallest] = [count(Math.max(...trainCounts)), count(Math.min(...trainCounts))];
  const classes = `${largest}…${smallest} ${exampleNoun(recipe)} a class, ${count(trainSize)} in all`;
  const what = [
    `${methodTitle(recipe)} on ${datasetTitle(recipe)} (${describeProfile(recipe)}: ${classes})`,
    recipe.model,
    lengthWords(recipe),
    recipe.precision,
    environment.gpu?.name ?? counted(environment.threads, "thread", "threads"),
    ...(environment.ranks === undefined ? [] : [`each of ${environment.ranks} ranks`]),
  ];
  const paper = "Protocol paper: the epoch is chosen on the test set, so the accuracy is optimistic.";
  return [
    `Training ${what.join(", ")}`,
    `Run: ${folder}`,
    ...(recipe.protocol === "paper" ? [paper] : []),
    ...initWords(record),
    ...classWeightWords(recipe, data),
    ...dataNotes(record),
    ...recipeWarnings(recipe),
    ...slowness(record),
  ];
}

/** The folder is made when the data have been read; a name that cannot be is better said before. */
function requireRunName(name: string | undefined): void {
  if (name === undefined || isRunName(name)) return;
  throw usageError("--name", "letters, digits, dots and dashes, beginning with a letter or digit", name);
}
