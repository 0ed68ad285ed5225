import { comparedMethods } from "../../analysis/index.ts";
import { baselineNetwork } from "../../catalogue/index.ts";
import { Command } from "commander";
import { z } from "zod";
import { comparedCells } from "../../api/compare.ts";
import { findRuns } from "../../experiments/index.ts";
import { methodNames } from "../../methods/index.ts";
import { flagsFor } from "../method-options.ts";
import { asUsage, namesAmong, namesOption, usageError, wholeListOption } from "../options.ts";
import { addFields } from "../options/field-option.ts";
import { addMachine, addOutput, addRemoved, type MachineFlags, type OutputFlags } from "../options/shared.ts";
import { inputKindOf, type Recipe, recipeFor } from "../../recipe/index.ts";
import { recordedRecipe } from "../../runs/index.ts";
import { requestedData } from "../requested-data.ts";
import { addDataOptions, type DataFlags } from "../data-options.ts";
import { addRecipeOptions, requestedRecipe, type RecipeFlags } from "../recipe-options.ts";
import { withShortHelp } from "../short-help.ts";
import { describeEnd, runCells } from "../reproduce/run-cells.ts";
import {
  comparisonNotes,
  datasetTitle,
  describeProfile,
  lengthWords,
  recipeWarnings,
  renderComparison,
} from "../../report/index.ts";
import { colorsFor } from "../terminal.ts";

/** `leeway compare`: several methods on the same data over the same seeds, as one table. */
export function compareCommand(): Command {
  const command = new Command("compare")
    .optionsGroup("What:")
    .addOption(
      namesOption("--methods <names>", "methods, divided by commas; the first is what others gain on"),
    )
    .addOption(
      wholeListOption("--seeds <numbers>", "seeds, divided by commas (default: 0,1,2; with --folds: 0)", {
        max: 2 ** 32,
      }),
    );
  addFields(command, splitFields);
  addRecipeOptions(addDataOptions(command));
  // What is compared has several of each.
  for (const name of single) command.options.find(({ long }) => long === name)?.hideHelp();
  addMachine(command, ["threads", "device", "nondeterministic", "dataDir", "cacheDir", "runsDir"]);
  addRemoved(command, {
    "--shard <i/n>": "Start the same command in several processes: each claims what it runs.",
  });
  addOutput(command, ["json", "markdown", "progress"]);
  return withShortHelp(command, { examples, more }).action(compare);
}

const split = { group: "What", affects: "data", value: "<count>" } as const;
/** New test splits; the whole help shows them. */
const splitFields = {
  folds: {
    ...split,
    type: z.int().min(2).max(1000),
    help: "cut custom data into so many parts, each of which is the test once",
  },
  repeats: {
    ...split,
    type: z.int().min(1).max(1000),
    help: "hold out, or cut, so many times: seeds from 0 on",
  },
} as const;

const single = ["--method", "--seed"];

const examples = `
Examples:
  $ leeway compare transactions.csv --label fraud --methods erm,rw,logit-adjustment,ldam-drw
  $ leeway compare photos/ --methods erm,erm-drw,crt --seeds 0,1,2,3,4 --epochs 30
  $ leeway compare fashion-mnist --model resnet8 --epochs 10 --methods erm,ldam-drw
`;

const more = `
All other options are those of leeway train; options of methods go to those that have them. Finished runs in the
folder are not run again, a run that was stopped goes on, and methods with the same first stage share it: stop at any
time and start again. Start the command several times to share the work: processes claim runs in one folder.
`;

/** The seeds that were requested, by themselves or as a number of repeats. */
function seedsOf({ seeds, repeats, folds }: CompareFlags): readonly number[] {
  if (repeats === undefined) return seeds ?? (folds === undefined ? [0, 1, 2] : [0]);
  if (seeds !== undefined) throw usageError("--repeats", "none beside --seeds", repeats);
  return Array.from({ length: repeats }, (_, seed) => seed);
}

/** Refuses new test splits of data that has one of its own, and a size of what is cut into folds. */
function requireSplits({ folds, repeats, testFraction }: CompareFlags, { source }: Recipe): void {
  const [option, got] = folds === undefined ? ["--repeats", repeats] : ["--folds", folds];
  if (got === undefined) return;
  if (source === undefined || source.testPaths !== undefined) {
    const advice = "Its test split is the same for every seed: compare over --seeds.";
    throw usageError(option, "custom data without a test split", got, advice);
  }
  if (folds !== undefined && testFraction !== undefined)
    throw usageError("--test-fraction", "none beside --folds", testFraction);
}

/** A recipe with a fold for its test in place of a fraction. */
function withFold({ dataset, ...rest }: Recipe, fold: NonNullable<Recipe["fold"]>): Recipe {
  const { testFraction, ...options } = rest;
  return recipeFor(dataset, { ...options, ...(testFraction === undefined ? {} : { fold }) });
}

interface CompareFlags extends RecipeFlags, DataFlags, MachineFlags, OutputFlags {
  readonly methods?: readonly string[];
  readonly seeds?: readonly number[];
  readonly folds?: number;
  readonly repeats?: number;
}

async function compare(paths: readonly string[], flags: CompareFlags): Promise<void> {
  const { methods: requested = [], folds } = flags;
  const methods = namesAmong("--methods", requested, methodNames);
  if (methods.length < 2) {
    const got = requested.length === 0 ? "nothing" : requested.join(",");
    throw usageError(
      "--methods",
      "two methods or more, divided by commas",
      got,
      "leeway methods lists them.",
    );
  }
  if (flags.method !== undefined || flags.seed !== undefined) {
    const [option, got] = flags.method === undefined ? ["--seed", flags.seed] : ["--method", flags.method];
    throw usageError(option, `none, but ${option}s with several`, got);
  }
  const cells = await asUsage(async () => {
    const requested = await requestedData(paths, flags);
    return comparedCells({ methods, seeds: seedsOf(flags), folds }, ({ method, seed, fold }) => {
      const its = { ...flagsFor(requested.flags, method, methods), method, seed };
      const recipe = requestedRecipe({ ...requested, flags: its });
      requireSplits(flags, recipe);
      return recordedRecipe(fold === undefined ? recipe : withFold(recipe, fold));
    });
  });
  const warnings = new Set(cells.flatMap(({ recipe }) => recipeWarnings(recipe)));
  for (const warning of warnings) console.error(warning);
  const end = await asUsage(() => runCells(cells, flags));
  const rows = comparedMethods(cells, findRuns(flags.runsDir).runs);
  const { recipe } = cells[0]!; // two methods or more
  const notes = [...comparisonNotes(rows), ...baselineNotes(recipe), ...describeEnd(end)];
  const what = `${datasetTitle(recipe)} (${describeProfile(recipe)}), ${recipe.model}, ${lengthWords(recipe)}`;
  const { markdown = false } = flags;
  console.log(
    flags.json
      ? JSON.stringify({ dataset: recipe.dataset, unit: "per cent, of the test split", rows, notes })
      : renderComparison(rows, { what, notes, markdown, colors: colorsFor(process.stdout) }),
  );
}

/** Names the plain network that a comparison of a larger one leaves out. */
function baselineNotes(recipe: Recipe): string[] {
  const baseline = baselineNetwork(inputKindOf(recipe));
  if (baseline === undefined || baseline.model === recipe.model) return [];
  return [`The baseline to beat is ${baseline.words}: the same with --model ${baseline.model}.`];
}
