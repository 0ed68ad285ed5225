import { Command } from "commander";
import { comparedCells } from "../../api/compare.ts";
import { finishedRun } from "../../analysis/index.ts";
import {
  type Cell,
  chosenOf,
  deferralRecipes,
  findRuns,
  largestFitting,
  pilotRecipes,
  reachedShare,
  type TriedMargin,
} from "../../experiments/index.ts";
import { deferralEpoch } from "../../imbalance/index.ts";
import { methodOf } from "../../methods/index.ts";
import { measureMargins } from "../../probes/index.ts";
import { type Recipe, recipeFor } from "../../recipe/index.ts";
import { renderTuning, type TriedDeferral, type Tuning } from "../../report/index.ts";
import { openSession, recordedRecipe } from "../../runs/index.ts";
import type { StoredRun } from "../../storage/index.ts";
import { endSession, type RunData } from "../../training/index.ts";
import { addDataOptions, type DataFlags } from "../data-options.ts";
import { asUsage, usageError } from "../options.ts";
import { addMachine, addOutput, type MachineFlags, type OutputFlags } from "../options/shared.ts";
import { addRecipeOptions, requestedRecipe, type RecipeFlags } from "../recipe-options.ts";
import { describeEnd, runCells } from "../reproduce/run-cells.ts";
import { requestedData } from "../requested-data.ts";
import { withShortHelp } from "../short-help.ts";
import { colorsFor } from "../terminal.ts";

/** `leeway tune`: the largest margin and the deferral of a method for some data, without the test split. */
export function tuneCommand(): Command {
  const command = addRecipeOptions(addDataOptions(new Command("tune")));
  addMachine(command, ["threads", "device", "nondeterministic", "dataDir", "cacheDir", "runsDir"]);
  addOutput(command, ["json", "progress"]);
  return withShortHelp(command, { examples, more }).action(tune);
}

const examples = `
Examples:
  $ leeway tune photos/ --method ldam-drw
  $ leeway tune transactions.csv --label fraud --method erm-drw
  $ leeway tune cifar10 --method ldam-drw --max-margin 0.5 --epochs 40
`;

const more = `
The largest margin is the largest that does not under-fit: runs of half the length show which training examples
reach their margin. The second stage begins where the validation split says; runs share their first stages. What is
given by --max-margin or --defer-at stays. Finished runs in the folder are not run again: stop at any time and start again.
All other options are those of leeway train.
`;

interface TuneFlags extends RecipeFlags, DataFlags, MachineFlags, OutputFlags {}

async function tune(paths: readonly string[], flags: TuneFlags): Promise<void> {
  const asked = await asUsage(async () => recordedRecipe(requestedRecipe(await requestedData(paths, flags))));
  const wanted = wantedParts(asked, flags);
  const notes: string[] = [];
  const run: Search["run"] = async (recipes) => {
    const end = await asUsage(() => runCells(cellsOf(recipes), flags));
    notes.push(...describeEnd(end));
    const { runs } = findRuns(flags.runsDir);
    const finished = recipes.flatMap((recipe) => finishedRun(runs, recipe) ?? []);
    return finished.length < recipes.length ? null : finished;
  };
  const tuning = await searched(asked, { wanted, run, flags });
  if (tuning === null) {
    const lines = [...notes, "Not all of it is trained: start the same command again to go on."];
    console.error(lines.join("\n"));
    process.exitCode ||= 1;
    return;
  }
  console.log(flags.json ? JSON.stringify(tuning) : renderTuning(tuning, colorsFor(process.stdout)));
}

interface Search {
  readonly wanted: ReturnType<typeof wantedParts>;
  /** Trains recipes and gives the finished run of each; null where one has none then. */
  readonly run: (recipes: readonly Recipe[]) => Promise<readonly StoredRun[] | null>;
  readonly flags: TuneFlags;
}

/** What a search finds; null where it was stopped or a run of it failed. */
async function searched(asked: Recipe, { wanted, run, flags }: Search): Promise<Tuning | null> {
  let recipe = asked;
  let margins: readonly TriedMargin[] = [];
  if (wanted.margin) {
    const pilots = await run(pilotRecipes(recipe));
    if (pilots === null) return null;
    margins = await reachedBy(pilots, flags);
    recipe = withOption(recipe, { maxMargin: largestFitting(margins).maxMargin });
  }
  const { method, methodOptions, selectBy = "balancedAccuracy" } = recipe;
  const found = { method, selectBy, margins, deferrals: [] };
  if (!wanted.deferral) return { ...found, chosen: chosenPart(methodOptions, wanted), run: null };
  const tried = deferralRecipes(recipe);
  const runs = await run(tried);
  if (runs === null) return null;
  const best = chosenOf(tried, runs)!; // all are finished
  const deferrals = tried.map((each): TriedDeferral => {
    const { score, run: folder } = chosenOf([each], runs)!; // it has a finished run
    const deferAt = Number(each.methodOptions["deferAt"]);
    return { deferAt, epoch: deferralEpoch(each.epochs, { deferAt }), score, run: folder };
  });
  return { ...found, deferrals, chosen: chosenPart(best.recipe.methodOptions, wanted), run: best.run };
}

/** The options that were looked for, with what was found. */
function chosenPart(options: Recipe["methodOptions"], wanted: Search["wanted"]): Tuning["chosen"] {
  return {
    ...(wanted.margin && { maxMargin: Number(options["maxMargin"]) }),
    ...(wanted.deferral && { deferAt: Number(options["deferAt"]) }),
  };
}

/** What of a method is looked for: what it has and nobody gave. */
function wantedParts(recipe: Recipe, flags: TuneFlags): { margin: boolean; deferral: boolean } {
  const { options } = methodOf(recipe.method, recipe.methodOptions);
  const has = { margin: "maxMargin" in options, deferral: "deferAt" in options };
  if (!has.margin && !has.deferral) {
    const what = "a method with margins or a second stage";
    throw usageError("--method", what, recipe.method, "Such as ldam-drw; leeway methods lists the options.");
  }
  const wanted = {
    margin: has.margin && flags.maxMargin === undefined,
    deferral: has.deferral && flags.deferAt === undefined,
  };
  if (!wanted.margin && !wanted.deferral) {
    const [option, got] =
      flags.deferAt === undefined ? ["--max-margin", flags.maxMargin] : ["--defer-at", flags.deferAt];
    throw usageError(option, "none: it is what is looked for", got, "Leave it out, or use leeway train.");
  }
  const isHeldOut = recipe.validationFraction > 0 || recipe.source?.validationPaths !== undefined;
  if (wanted.deferral && (recipe.protocol === "paper" || !isHeldOut)) {
    const [option, what, got] =
      recipe.protocol === "paper"
        ? ["--protocol", "honest", "paper"]
        : ["--validation-fraction", "a number above 0", recipe.validationFraction];
    throw usageError(
      option,
      `${what}: the deferral is chosen by a validation split`,
      got,
      "Or give --defer-at.",
    );
  }
  return wanted;
}

function withOption({ dataset, methodOptions, ...rest }: Recipe, option: { maxMargin: number }): Recipe {
  return recipeFor(dataset, { ...rest, methodOptions: { ...methodOptions, ...option } });
}

function cellsOf(recipes: readonly Recipe[]): Cell[] {
  return recipes.flatMap((recipe) =>
    comparedCells({ methods: [recipe.method], seeds: [recipe.seed] }, () => recipe),
  );
}

/** How many training examples of each pilot reach their margins. */
async function reachedBy(
  pilots: readonly StoredRun[],
  { dataDir, cacheDir, device }: TuneFlags,
): Promise<TriedMargin[]> {
  const tried: TriedMargin[] = [];
  let data: RunData | undefined; // the same for all
  for (const { path } of pilots) {
    const { session } = await openSession(path, { data, dataDir, cacheDir, device });
    data = session.data;
    try {
      const { recipe } = session;
      const { byClass } = await measureMargins(session);
      const maxMargin = Number(recipe.methodOptions["maxMargin"]);
      tried.push({ maxMargin, reached: reachedShare(recipe, byClass) });
    } finally {
      endSession(session);
    }
  }
  return tried;
}
