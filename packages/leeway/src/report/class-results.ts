import { rarestClass, testCountsOf } from "../analysis/index.ts";
import { classScores, type Metrics } from "../metrics/index.ts";
import type { RunRecord, Summary } from "../records/index.ts";

/** A class in the result of a run; null for what is not known or not defined. */
export interface ClassResult {
  readonly name: string;
  /** Training examples. */
  readonly count: number;
  /** Null without a validation split, and for older runs. */
  readonly validationCount: number | null;
  readonly testCount: number | null;
  /** On the test split; null for a class that was never predicted. */
  readonly precision: number | null;
  /** Null for a class without a test example, as `f1`. */
  readonly recall: number | null;
  readonly f1: number | null;
  /** The mean of its probabilities on the test split, beside its share of it. */
  readonly meanProbability: number | null;
  /** How far its probabilities are off on the test split, and what chance alone would show; null for older runs. */
  readonly calibrationError: number | null;
  readonly calibrationErrorByChance: number | null;
}

/** The classes of a run in their order. */
export function classResults({ data }: Pick<RunRecord, "data">, summary: Summary): ClassResult[] {
  const testCounts = testCountsOf({ data }, summary);
  const measured = scoresOf(summary.test);
  return data.classNames.map((name, j) => ({
    name,
    count: data.trainCounts[j] ?? 0,
    validationCount: data.validationCounts?.[j] ?? null,
    testCount: testCounts?.[j] ?? null,
    ...(measured[j] ?? unmeasured),
  }));
}

/** Precision, recall and F1 of a class on a split, and what its probabilities are worth. */
export type MeasuredClass = Omit<ClassResult, "name" | "count" | "validationCount" | "testCount">;

const unmeasured: MeasuredClass = {
  ...{ precision: null, recall: null, f1: null },
  ...{ meanProbability: null, calibrationError: null, calibrationErrorByChance: null },
};

function scoresOf(test: Metrics | null): MeasuredClass[] {
  return classScores(test?.confusion ?? []).map(({ precision, recall, f1 }, j) => ({
    ...{ precision, recall, f1 },
    meanProbability: test?.meanProbability?.[j] ?? null,
    calibrationError: test?.classCalibration?.[j]?.error ?? null,
    calibrationErrorByChance: test?.classCalibration?.[j]?.byChance ?? null,
  }));
}

/**
 * The classes with the fewest training examples, the rarest first: of two classes the rarer one alone. Of more that all
 * have as many none is rare.
 *
 * @param counts n_j, length K
 * @param max    how many
 * @returns their labels
 */
export function rarestClasses(counts: readonly number[], max: number): number[] {
  if (counts.length === 2) return [rarestClass(counts)];
  if (counts.every((count) => count === counts[0])) return [];
  return [...counts.keys()].sort((a, b) => counts[a]! - counts[b]! || b - a).slice(0, max);
}
