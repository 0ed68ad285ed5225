import type { DataFolders } from "../data/index.ts";
import { type ComparedMethod, comparedMethods } from "../analysis/index.ts";
import { type Cell, findRuns, sweep } from "../experiments/index.ts";
import type { SweepEvent, SweepOptions } from "../experiments/index.ts";
import { expected } from "../errors.ts";
import { methodOf, takenOptions } from "../methods/index.ts";
import { type Recipe, recipeFor, type RequestedMethodOptions } from "../recipe/index.ts";
import { datasetTitle } from "../report/index.ts";
import { type DataRecipeOptions, optionsForData, recordedRecipe } from "../runs/index.ts";

/** What is compared, and where its runs are: a recipe's options are the same for all methods. */
export interface CompareOptions extends Omit<DataRecipeOptions, "method" | "seed">, DataFolders {
  /** Two names or more; the first is the one that the others' gains refer to. */
  readonly methods: readonly string[];
  /** Default: 0, 1 and 2. */
  readonly seeds?: readonly number[];
  /**
   * Cuts the data into so many parts, each of which is the test once for every seed, which draws them: at least 2. By
   * default each seed holds a test split out.
   */
  readonly folds?: number;
  /** The folder of all runs: what is finished in it is not run again. */
  readonly runsDir: string;
  /** Stops the comparison in the middle of a run, which the next call resumes. */
  readonly signal?: AbortSignal;
  /** What happens meanwhile: runs that begin, their epochs, runs that fail. */
  readonly onEvent?: (event: SweepEvent) => void;
}

/**
 * Trains several methods on the same data with the same seeds, as far as their runs are not in the folder yet, and
 * compares what the runs say of the test split.
 *
 * `methodOptions` go to the methods that have them.
 *
 * @param data a folder, files or patterns, or a name of the catalogue
 * @returns a row for each method, in their order, over the seeds that have finished
 * @throws ArgumentError for fewer than two methods, and for options that no method has
 * @throws RunError with code "data" if the data is missing or damaged
 */
export async function compare(
  data: string | readonly string[],
  {
    methods,
    folds,
    seeds = folds === undefined ? [0, 1, 2] : [0],
    runsDir,
    dataDir,
    cacheDir,
    signal,
    onEvent,
    methodOptions = {},
    ...rest
  }: CompareOptions,
): Promise<ComparedMethod[]> {
  if (methods.length < 2) {
    throw expected("compare", "methods", "to be two names or more", methods, "methodNames lists them.");
  }
  const taken = new Map(methods.map((method) => [method, takenOptions(methodOf(method), methodOptions)]));
  requireTaken(methodOptions, [...taken.values()]);
  const { dataset, options } = await optionsForData(data, rest);
  const cells = comparedCells({ methods, seeds, folds }, ({ method, ...split }) => {
    const its = { method, ...split, methodOptions: taken.get(method)! }; // made above
    return recordedRecipe(recipeFor(dataset, { ...options, ...its }));
  });
  const where: SweepOptions = { runsDir, dataDir, cacheDir, signal };
  for await (const event of sweep(cells, where)) onEvent?.(event);
  return comparedMethods(cells, findRuns(runsDir).runs);
}

/** Which method a run of a comparison trains, and by which split. */
interface ComparedSplit extends Pick<Recipe, "seed" | "fold"> {
  readonly method: string;
}

/** The runs of a comparison, split by split, so that one that is stopped is whole for the first of them. */
export function comparedCells(
  {
    methods,
    seeds,
    folds,
  }: {
    readonly methods: readonly string[];
    readonly seeds: readonly number[];
    readonly folds?: number | undefined;
  },
  recipeOf: (split: ComparedSplit) => Recipe,
): Cell[] {
  const splits = seeds.flatMap((seed): Pick<Recipe, "seed" | "fold">[] =>
    folds === undefined
      ? [{ seed }]
      : Array.from({ length: folds }, (_, index) => ({ seed, fold: { index, of: folds } })),
  );
  return splits.flatMap((split) =>
    methods.map((method) => {
      const recipe = recipeOf({ method, ...split });
      const { dataset, profile, ratio } = recipe;
      const column = { name: dataset, title: datasetTitle(recipe), dataset, profile, ratio };
      return { column, method, seed: split.seed, recipe };
    }),
  );
}

function requireTaken(options: RequestedMethodOptions, taken: readonly RequestedMethodOptions[]): void {
  const stray = Object.keys(options).find((name) => taken.every((each) => !(name in each)));
  if (stray === undefined) return;
  throw expected("compare", `methodOptions.${stray}`, "to be an option of one of the methods", stray);
}
