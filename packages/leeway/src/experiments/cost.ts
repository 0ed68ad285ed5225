import { datasetEntry, datasets, testProfileCounts } from "../data/index.ts";
import type { RecipeRecord } from "../records/index.ts";
import { expectedCounts, type Recipe } from "../recipe/index.ts";
import type { StoredRun } from "../storage/index.ts";

/** What a run costs, before it is run. */
export interface RunCost {
  /** Images trained on, over all epochs. */
  readonly images: number;
  /** Images evaluated, over all epochs and at the end. */
  readonly evaluated: number;
  /** All of it, as images of a plain training step. */
  readonly work: number;
}

/** An image that is only evaluated goes forward: a third of forward and twice as much backward. */
const evaluationShare = 1 / 3;

/**
 * What a recipe costs.
 *
 * @param fromEpoch the first epoch that is run, where those before are another run's
 */
export function runCost(recipe: Recipe, { fromEpoch = 0 } = {}): RunCost {
  const testSize = expectedTestSize(recipe);
  const { protocol } = recipe;
  const epochs = recipe.epochs - fromEpoch;
  const kept = expectedTrainSize(recipe);
  const held = Math.round(recipe.validationFraction * kept);
  const images = epochs * (kept - held);
  const evaluated = epochs * (protocol === "paper" ? testSize : held) + testSize;
  return { images, evaluated, work: images * passes(recipe) + evaluated * evaluationShare };
}

/** How many training examples a recipe leaves; where thinned classes are not of one size, about so many. */
function expectedTrainSize(recipe: Recipe): number {
  const counts = expectedCounts(recipe);
  if (counts !== null) return sum(counts);
  const { trainSize, classes } = datasetEntry(recipe.dataset);
  const thinned = sum(Object.values(recipe.keep ?? {}).map((share) => 1 - share));
  return Math.round(trainSize * (1 - thinned / classes));
}

/** How many test examples a recipe leaves. */
function expectedTestSize({ dataset, testProfile }: Recipe): number {
  const { classes, testSize } = datasetEntry(dataset);
  if (testProfile === undefined) return testSize;
  return sum(testProfileCounts(testProfile, { classes, max: testSize / classes }));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** How often a step goes forward and backward: sharpness-aware steps do so twice. */
function passes({ methodOptions }: Pick<RecipeRecord, "methodOptions">): number {
  return Number(methodOptions["rho"] ?? 0) > 0 ? 2 : 1;
}

/** What computes, as records name it. */
interface SpeedMachine {
  readonly cpu: string;
  /** Undefined where the processor computes. */
  readonly gpu?: string | undefined;
  /** Of a processor only runs of so many, where given. */
  readonly threads?: number | undefined;
}

/** How fast a plain training step is, and how one knows. */
export interface Speed {
  readonly examplesPerSecond: number;
  /** Runs that it was measured by; 0 where steps were measured for the purpose. */
  readonly runs: number;
  /** Threads that those runs had; null where they differ. */
  readonly threads: number | null;
}

/**
 * The speed of earlier runs of the same model in the same precision, on the same processor or GPU and on data of the
 * same size: their median. Null where there is none.
 */
export function earlierSpeed(
  runs: readonly StoredRun[],
  { model, precision, dataset }: Pick<Recipe, "model" | "precision" | "dataset">,
  { cpu, gpu, threads }: SpeedMachine,
): Speed | null {
  const sameInput = JSON.stringify(datasetEntry(dataset).input);
  const alike = runs.filter(
    ({ record: { recipe, environment }, epochs }) =>
      recipe.model === model &&
      recipe.precision === precision &&
      inputOf(recipe) === sameInput &&
      environment.gpu?.name === gpu &&
      (gpu !== undefined || environment.cpu === cpu) &&
      (gpu !== undefined || threads === undefined || environment.threads === threads) &&
      epochs.length > 0,
  );
  if (alike.length === 0) return null;
  const speeds = alike.map(
    ({ record, epochs }) =>
      median(epochs.map(({ imagesPerSecond }) => imagesPerSecond)) * passes(record.recipe),
  );
  const counts = new Set(alike.map(({ record }) => record.environment.threads));
  return {
    examplesPerSecond: median(speeds),
    runs: alike.length,
    threads: counts.size === 1 ? [...counts][0]! : null, // the only one
  };
}

/** What a data set of the catalogue gives a network; undefined for custom data, of whose sizes nothing is known here. */
function inputOf({ dataset, source }: RecipeRecord): string | undefined {
  if (source !== undefined) return undefined;
  return JSON.stringify(datasets.find(({ name }) => name === dataset)?.input);
}

/** The middle one of some numbers; of two middle ones the smaller. */
export function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor((values.length - 1) / 2)]!; // not empty
}
