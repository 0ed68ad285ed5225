import { enoughExamples } from "../imbalance/index.ts";
import type { RunRecord, Summary } from "../records/index.ts";

/** A class of which a split has few examples, or none. */
export interface ScarceClass {
  readonly name: string;
  /** In [0, {@link enoughExamples}). */
  readonly examples: number;
}

/**
 * The classes of which a split has fewer than {@link enoughExamples}, the scarcest first.
 *
 * @param counts of the split, length K; undefined where nothing is known of it, which names no class
 */
export function scarceClasses(
  classNames: readonly string[],
  counts: readonly number[] | undefined,
): ScarceClass[] {
  const all = (counts ?? []).map((examples, j) => ({ name: classNames[j] ?? "", examples }));
  return all.filter(({ examples }) => examples < enoughExamples).sort((a, b) => a.examples - b.examples);
}

/** Test examples of each class; of older records by their confusion matrix, undefined where they have none. */
export function testCountsOf(
  { data }: Pick<RunRecord, "data">,
  summary: Summary | null,
): readonly number[] | undefined {
  const rows = summary?.test?.confusion;
  return data.testCounts ?? rows?.map((row) => row.reduce((sum, count) => sum + count, 0));
}
