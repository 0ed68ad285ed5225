import { classScores, type Metrics } from "../metrics/index.ts";
import type { RunRecord, Summary } from "../records/index.ts";
import { type ScarceClass, scarceClasses, testCountsOf } from "./scarce-classes.ts";

/** A finished run of a comparison. */
export interface TestedRun {
  readonly seed: number;
  readonly record: RunRecord;
  readonly summary: Summary;
  readonly test: Metrics;
}

/** The classes of which the runs of a method have few examples, by the run that has fewest. */
export interface ScarceSplits {
  /** K */
  readonly classes: number;
  readonly test: readonly ScarceClass[];
  readonly validation: readonly ScarceClass[];
}

/** The classes of which runs have few test or validation examples. */
export function scarceSplits(runs: readonly TestedRun[]): ScarceSplits {
  const classNames = runs[0]?.record.data.classNames ?? [];
  return {
    classes: classNames.length,
    test: scarceClasses(classNames, fewest(runs.map(({ record, summary }) => testCountsOf(record, summary)))),
    validation: scarceClasses(classNames, fewest(runs.map(({ record }) => record.data.validationCounts))),
  };
}

/** The fewest examples of each class in any run; undefined where no run says how many it has. */
function fewest(counts: readonly (readonly number[] | undefined)[]): number[] | undefined {
  const known = counts.filter((each) => each !== undefined);
  return known[0]?.map((_, j) => Math.min(...known.map((each) => each[j] ?? 0)));
}

/** What one test example decides of the measures of runs that have few of a class, as shares; 0 where none has few. */
export interface Steps {
  /** Of what counts one class: its recall, the worst class. */
  readonly ofClass: number;
  /** Of a mean over the classes. */
  readonly ofMean: number;
}

/** What one example of the scarcest class that a test has decides. */
export function stepsOf({ test, classes }: ScarceSplits): Steps {
  const scarcest = test.find(({ examples }) => examples > 0)?.examples;
  if (scarcest === undefined) return { ofClass: 0, ofMean: 0 };
  return { ofClass: 1 / scarcest, ofMean: 1 / (scarcest * classes) };
}

/** The class with the fewest training examples: of equal ones the last, which of two is the positive one. */
export function rarestClass(counts: readonly number[]): number {
  return counts.lastIndexOf(Math.min(...counts));
}

/** Precision, recall and F1 of a class in a run; null where they are not defined, or an older run does not know. */
export function scoresOfClass(
  { confusion }: Metrics,
  label: number,
): Readonly<Record<"precision" | "recall" | "f1", number | null>> {
  const { precision = null, recall = null, f1 = null } = classScores(confusion ?? [])[label] ?? {};
  return { precision, recall, f1 };
}
