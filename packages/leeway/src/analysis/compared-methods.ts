import { baseRate, defaultSelection, findSelection, type Metrics, type Selection } from "../metrics/index.ts";
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

/** Which measure a selection metric is, where the table has a column of it. */
const columnOf: Readonly<Record<string, ComparedMeasure>> = {
  "balanced-accuracy": "balanced",
  "macro-f1": "macro-F1",
  "worst-class": "worst class",
};

/** What says which method is better: the metric that the recipes select by. */
export interface Judge extends Pick<Selection, "name" | "words" | "better" | "unit"> {
  /** Its column among the measures; null where it has one of its own. */
  readonly column: ComparedMeasure | null;
}

/** The judge of a comparison; by default balanced accuracy. */
function judgeOf(cells: readonly ComparedCell[], runs: readonly TestedRun[]): Judge {
  const { name, words, better, unit } = findSelection(cells[0]?.recipe.selectBy ?? defaultSelection)!; // recipes are checked
  const ofTwo = name === "average-precision" && runs.every(({ test }) => test.detection);
  return { name, words, better, unit, column: ofTwo ? "average precision" : (columnOf[name] ?? null) };
}

/** A run's value of the metric that judges. */
function judgedValue({ test }: TestedRun, { name }: Judge): number | null {
  return name === defaultSelection ? test.balancedAccuracy : (test.selection?.value ?? null);
}

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
  /** The seed of each finished run; with folds one for each of them. */
  readonly seeds: readonly number[];
  /** How many folds the data is cut into; null where each seed holds a test split out. */
  readonly folds: number | null;
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
  /** What says which method is better, the same for all. */
  readonly judge: Judge;
  /** It over the runs; in per cent, or for a loss in nats; null where a run has none. */
  readonly judged: NumberSummary | null;
  /** What average precision is of scores that say nothing; the mean over the runs, in per cent. */
  readonly baseRate: number | null;
  /** What predictions of the rarest class are worth; null where no run has finished. */
  readonly rarest: RarestClass | null;
  /**
   * The metric that judges, less that of the first method, seed by seed: what the seed decides for both, the split and the
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
  const judge = judgeOf(
    cells,
    finished.flatMap(({ found }) => found),
  );
  const unit = judge.unit === "nats" ? 1 : 100;
  const confidence = 1 - 0.05 / Math.max(1, methods.length - 1);
  return finished.map(({ method, found }, i) => {
    const ofEach = i === 0 ? [] : gains(found, first!.found, judge); // there is a method
    const scarce = scarceSplits(found);
    const steps = stepsOf(scarce);
    const ofJudge = { overlap, step: judgeStep(judge, steps), unit };
    const rates = found.map(({ test }) => (test.detection ? baseRate(test) : null));
    return {
      method,
      seeds: found.map(({ seed }) => seed),
      folds: found[0]?.record.recipe.fold?.of ?? null,
      runs: found.map(({ path }) => path),
      unseenStage: distinctSeeds(found.filter(({ unseen }) => unseen)),
      lastEpoch: distinctSeeds(found.filter(keptLast)),
      scarce,
      measures: Object.fromEntries(
        comparedMeasures.map(({ name, of, step }) => [
          name,
          summaryIn(
            found.map(({ test }) => of(test)),
            { overlap, step: step(steps) },
          ),
        ]),
      ) as ComparedMethod["measures"], // a name for each measure
      rarest: rarestOf(found, { overlap, step: steps.ofClass }),
      judge,
      judged: summaryIn(
        found.map((run) => judgedValue(run, judge)),
        ofJudge,
      ),
      baseRate: summaryIn(rates, { overlap, step: 0 })?.mean ?? null,
      gain: summaryIn(ofEach, ofJudge),
      apart: leavesOutZero(summaryIn(ofEach, { ...ofJudge, confidence })),
    };
  });
}

function distinctSeeds(runs: readonly TestedRun[]): number[] {
  return [...new Set(runs.map(({ seed }) => seed))];
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
    precision: summaryIn(
      scores.map(({ precision }) => precision),
      options,
    ),
    recall: summaryIn(
      scores.map(({ recall }) => recall),
      options,
    ),
    f1: summaryIn(
      scores.map(({ f1 }) => f1),
      options,
    ),
  };
}

/** What one example of a scarce class decides of the metric that judges. */
function judgeStep({ unit, name, column }: Judge, steps: Steps): number {
  if (unit === "nats") return 0;
  if (column !== null) return comparedMeasures.find((each) => each.name === column)!.step(steps); // it has one
  return name === "average-precision" ? steps.ofMean : steps.ofClass;
}

function gains(own: readonly TestedRun[], first: readonly TestedRun[], judge: Judge): number[] {
  return own.flatMap((run) => {
    const other = first.find((each) => splitOf(each) === splitOf(run));
    const [value, theirs] = [judgedValue(run, judge), other === undefined ? null : judgedValue(other, judge)];
    return value === null || theirs === null ? [] : [value - theirs];
  });
}

/** What decides the test split of a run: its seed, and which fold it is. */
function splitOf({ seed, record: { recipe } }: TestedRun): string {
  return `${seed}/${recipe.fold?.index ?? ""}`;
}

/**
 * Each seed, or fold, holds another part of custom data out for the test: how large it is, to what is trained on. What is
 * trained on overlaps, and with it the results: their variance is (1/n + this) of one's.
 *
 * @source Nadeau and Bengio 2003, Inference for the generalization error, corrected resampled t; of folds that are drawn
 *   several times, Bouckaert and Frank 2004
 */
function overlapOf({ recipe, data }: RunRecord): number {
  const { fold, validationFraction } = recipe;
  const testFraction = fold === undefined ? (recipe.testFraction ?? 0) : 1 / fold.of;
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
  /** What a number is multiplied by: 100, for per cent. */
  readonly unit?: number;
}

function summaryIn(
  shares: readonly (number | null)[],
  { step, unit = 100, ...options }: SummaryOptions,
): NumberSummary | null {
  const known = shares.filter((share) => share !== null);
  return known.length === 0 || known.length < shares.length
    ? null
    : summaryOf(
        known.map((share) => unit * share),
        { ...options, step: unit * step },
      );
}
