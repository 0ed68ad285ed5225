import type { Metrics } from "../metrics/index.ts";
import type { RecipeRecord, RunRecord } from "../records/index.ts";
import {
  rarestClass,
  type ScarceSplits,
  scarceSplits,
  scoresOfClass,
  type Steps,
  stepsOf,
  type TestedRun,
} from "./compared-classes.ts";
import { finishedRun } from "./find-run.ts";
import type { RecordedRun } from "./summarize.ts";
import { type NumberSummary, summaryOf } from "./summary.ts";
import { unseenStage } from "./unseen-stage.ts";

/** What methods are compared by, on the test split; `step` is what one example of a scarce class decides. */
export const comparedMeasures = [
  {
    name: "top-1",
    // Of one class alone it is best where nothing else is ever predicted.
    of: ({ topOne, balancedAccuracy }: Metrics) => (balancedAccuracy === null ? null : topOne),
    step: () => 0,
  },
  {
    name: "balanced",
    of: ({ balancedAccuracy }: Metrics) => balancedAccuracy,
    step: ({ ofMean }: Steps) => ofMean,
  },
  { name: "worst class", of: ({ worstClass }: Metrics) => worstClass, step: ({ ofClass }: Steps) => ofClass },
  { name: "macro-F1", of: ({ macroF1 }: Metrics) => macroF1, step: ({ ofMean }: Steps) => ofMean },
  {
    name: "average precision",
    of: ({ detection }: Metrics) => detection?.averagePrecision ?? null,
    step: ({ ofClass }: Steps) => ofClass,
  },
] as const;

/** The name of a measure. */
export type ComparedMeasure = (typeof comparedMeasures)[number]["name"];

/** One run of a comparison. */
export interface ComparedCell {
  readonly method: string;
  readonly seed: number;
  readonly recipe: RecipeRecord;
}

/** A method over its seeds; everything in per cent. */
export interface ComparedMethod {
  readonly method: string;
  /** Seeds that have a finished run. */
  readonly seeds: readonly number[];
  /** The folders of the runs. */
  readonly runs: readonly string[];
  /** Those of the seeds whose chosen epoch came before the method's last stage: their numbers are those without it. */
  readonly unseenStage: readonly number[];
  /** Seeds whose last epoch counts, since their validation split could not choose one. */
  readonly lastEpoch: readonly number[];
  /** Classes of which the splits have few examples. */
  readonly scarce: ScarceSplits;
  /** Null where no run has finished, the data has no such measure, or a test split has one class alone. */
  readonly measures: Readonly<Record<ComparedMeasure, NumberSummary | null>>;
  /** What predictions of the rarest class are worth; null where no run has finished. */
  readonly rarest: RarestClass | null;
  /**
   * Balanced accuracy less that of the first method, seed by seed: what the seed decides for both, the split and the
   * order of the data, drops out. Null for the first, and without a seed that both have.
   */
  readonly gain: NumberSummary | null;
  /**
   * Whether the runs tell it from the first method: the interval of its gain leaves out 0, at a confidence at which
   * none of K - 1 methods equal to the first would be told from it in 95 % of comparisons (Bonferroni).
   */
  readonly apart: boolean;
}

/** The class with the fewest training examples, and how well it is found. */
export interface RarestClass {
  readonly name: string;
  /** Null where a run never predicted the class. */
  readonly precision: NumberSummary | null;
  /** Null where a test split has no example of the class, as `f1`. */
  readonly recall: NumberSummary | null;
  readonly f1: NumberSummary | null;
}

/** Methods by what their finished runs say, in the order of the cells; the first is what the others are measured by. */
export function comparedMethods(
  cells: readonly ComparedCell[],
  runs: readonly (RecordedRun & { readonly path: string })[],
): ComparedMethod[] {
  const methods = [...new Set(cells.map(({ method }) => method))];
  const finished = methods.map((method) => ({
    method,
    found: cells
      .filter((cell) => cell.method === method)
      .flatMap(({ seed, recipe }) => {
        const run = finishedRun(runs, recipe);
        if (!run?.summary?.test) return [];
        const { path, record, summary } = run;
        const unseen = unseenStage(record, summary) !== null;
        return [{ seed, path, test: run.summary.test, unseen, record, summary }];
      }),
  }));
  const [first] = finished;
  const overlap = Math.max(
    0,
    ...finished.flatMap(({ found }) => found.map(({ record }) => overlapOf(record))),
  );
  const confidence = 1 - 0.05 / Math.max(1, methods.length - 1);
  return finished.map(({ method, found }, i) => {
    const ofEach = i === 0 ? [] : gains(found, first!.found); // there is a method
    const scarce = scarceSplits(found);
    const steps = stepsOf(scarce);
    const ofGain = { overlap, step: steps.ofMean };
    return {
      method,
      seeds: found.map(({ seed }) => seed),
      runs: found.map(({ path }) => path),
      unseenStage: found.filter(({ unseen }) => unseen).map(({ seed }) => seed),
      lastEpoch: found.filter(keptLast).map(({ seed }) => seed),
      scarce,
      measures: Object.fromEntries(
        comparedMeasures.map(({ name, of, step }) => [
          name,
          inPercent(
            found.map(({ test }) => of(test)),
            { overlap, step: step(steps) },
          ),
        ]),
      ) as ComparedMethod["measures"], // a name for each measure
      rarest: rarestOf(found, { overlap, step: steps.ofClass }),
      gain: inPercent(ofEach, ofGain),
      apart: leavesOutZero(inPercent(ofEach, { ...ofGain, confidence })),
    };
  });
}

/** Whether the last epoch counts although a validation split was read. */
function keptLast({ record, summary }: TestedRun): boolean {
  return summary.selectedBy === "last" && record.data.validationSize > 0;
}

function rarestOf(found: readonly TestedRun[], options: SummaryOptions): RarestClass | null {
  const { trainCounts, classNames } = found[0]?.record.data ?? { trainCounts: [], classNames: [] };
  const label = rarestClass(trainCounts);
  const name = classNames[label];
  if (name === undefined) return null;
  const scores = found.map(({ test }) => scoresOfClass(test, label));
  return {
    name,
    precision: inPercent(
      scores.map(({ precision }) => precision),
      options,
    ),
    recall: inPercent(
      scores.map(({ recall }) => recall),
      options,
    ),
    f1: inPercent(
      scores.map(({ f1 }) => f1),
      options,
    ),
  };
}

function gains(own: readonly TestedRun[], first: readonly TestedRun[]): number[] {
  return own.flatMap(({ seed, test }) => {
    const other = first.find((each) => each.seed === seed);
    const [balanced, theirs] = [test.balancedAccuracy, other?.test.balancedAccuracy ?? null];
    return balanced === null || theirs === null ? [] : [balanced - theirs];
  });
}

/** Each seed holds another part of custom data out for the test: how large it is, to what is trained on. */
function overlapOf({ recipe, data }: RunRecord): number {
  const { testFraction = 0, validationFraction } = recipe;
  if (data.testHeldOut === false) return 0;
  const validated = data.validationHeldOut === false ? 0 : validationFraction;
  return testFraction / ((1 - testFraction) * (1 - validated));
}

function leavesOutZero(summary: NumberSummary | null): boolean {
  const { interval = null } = summary ?? {};
  return interval !== null && interval[0] * interval[1] > 0;
}

interface SummaryOptions {
  readonly overlap: number;
  /** A share, as the numbers. */
  readonly step: number;
  readonly confidence?: number;
}

function inPercent(
  shares: readonly (number | null)[],
  { step, ...options }: SummaryOptions,
): NumberSummary | null {
  const known = shares.filter((share) => share !== null);
  return known.length === 0 || known.length < shares.length
    ? null
    : summaryOf(
        known.map((share) => 100 * share),
        { ...options, step: 100 * step },
      );
}
