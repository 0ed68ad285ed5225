import { datasetTitle, methodTitle } from "../recipe-words.ts";
import type { EpochRecord, RunRecord, Summary } from "../../records/index.ts";

/** A run as a line of a table of many. */
export interface RunRow {
  /** The name of its folder. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly status: "running" | "finished" | "interrupted" | "stopped";
  readonly method: string;
  readonly data: string;
  readonly model: string;
  readonly seed: number;
  /** K, and n_max / n_min of the classes that have examples. */
  readonly classes: number;
  readonly ratio: number;
  /** Epochs done, and those that the recipe has. */
  readonly epochs: number;
  readonly of: number;
  /** Fractions on the test split; null where it was not read. */
  readonly test: {
    readonly balanced: number | null;
    readonly worst: number | null;
    readonly few: number | null;
    readonly accuracy: number | null;
    readonly averagePrecision: number | null;
    readonly calibrationError: number | null;
  };
  /** Balanced accuracy on the split that is evaluated: of the chosen epoch, and of the last one. */
  readonly best: number | null;
  readonly last: number | null;
  /** Training loss of the last epoch. */
  readonly loss: number | null;
  readonly seconds: number | null;
  /** The recipe, as texts by their paths: what differs between runs. */
  readonly recipe: Readonly<Record<string, string>>;
}

/** What is known of a run that may still go on. */
export interface RowSource {
  readonly id: string;
  readonly record: RunRecord;
  /** Null before its end. */
  readonly summary: Summary | null;
  /** The last epoch that was written; null before the first. */
  readonly lastEpoch: EpochRecord | null;
  /** Whether a process holds it. */
  readonly isHeld: boolean;
}

/**
 * The line of a run.
 *
 * @param titleOf names a recipe's method: thousands of runs share a few, which a caller may remember
 */
export function runRow(
  { id, record, summary, lastEpoch, isHeld }: RowSource,
  { titleOf = methodTitle }: { readonly titleOf?: typeof methodTitle } = {},
): RunRow {
  const { recipe, data } = record;
  const present = data.trainCounts.filter((count) => count > 0);
  const test = summary?.test;
  const balancedOf = (epoch: EpochRecord | null): number | null =>
    epoch?.evaluation?.metrics.balancedAccuracy ?? null;
  return {
    ...{ id, createdAt: record.createdAt, status: summary?.status ?? (isHeld ? "running" : "stopped") },
    ...{ method: titleOf(recipe), data: datasetTitle(recipe), model: recipe.model, seed: recipe.seed },
    ...{ classes: data.classNames.length, ratio: Math.max(...present) / Math.min(...present) },
    ...{ epochs: summary?.epochs ?? (lastEpoch === null ? 0 : lastEpoch.epoch + 1), of: recipe.epochs },
    test: {
      ...{ balanced: test?.balancedAccuracy ?? null, worst: test?.worstClass ?? null },
      ...{ few: test?.shotGroups.few ?? null, accuracy: test?.topOne ?? null },
      averagePrecision: test?.detection?.averagePrecision ?? null,
      calibrationError: test?.expectedCalibrationError ?? null,
    },
    best: summary?.best?.metric === "balancedAccuracy" ? (summary.best.score ?? null) : null,
    ...{
      last: balancedOf(lastEpoch),
      loss: lastEpoch?.train.loss ?? null,
      seconds: summary?.seconds ?? null,
    },
    recipe: flatRecipe(recipe),
  };
}

/** A recipe's values as texts by their paths: `schedule.base`. */
export function flatRecipe(value: unknown, path = ""): Record<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { [path]: typeof value === "string" ? value : JSON.stringify(value) };
  }
  const flat: Record<string, string> = {};
  addFlat(flat, value, path);
  return flat;
}

function addFlat(flat: Record<string, string>, value: object, path: string): void {
  for (const [key, inner] of Object.entries(value) as [string, unknown][]) {
    const own = path === "" ? key : `${path}.${key}`;
    if (typeof inner === "object" && inner !== null && !Array.isArray(inner)) addFlat(flat, inner, own);
    else flat[own] = typeof inner === "string" ? inner : JSON.stringify(inner);
  }
}
