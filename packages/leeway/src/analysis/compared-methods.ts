import type { Metrics } from "../metrics/index.ts";
import type { RecipeRecord, RunRecord } from "../records/index.ts";
import { finishedRun } from "./find-run.ts";
import type { RecordedRun } from "./summarize.ts";
import { type NumberSummary, summaryOf } from "./summary.ts";
import { unseenStage } from "./unseen-stage.ts";

/** What methods are compared by, on the test split. */
export const comparedMeasures = [
  { name: "top-1", of: ({ topOne }: Metrics) => topOne },
  { name: "balanced", of: ({ balancedAccuracy }: Metrics) => balancedAccuracy },
  { name: "worst class", of: ({ worstClass }: Metrics) => worstClass },
  { name: "macro-F1", of: ({ macroF1 }: Metrics) => macroF1 },
  { name: "average precision", of: ({ detection }: Metrics) => detection?.averagePrecision ?? null },
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
  /** Null where no run has finished, or the data has no such measure. */
  readonly measures: Readonly<Record<ComparedMeasure, NumberSummary | null>>;
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
        const unseen = unseenStage(run.record, run.summary) !== null;
        return [{ seed, path: run.path, test: run.summary.test, unseen, record: run.record }];
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
    return {
      method,
      seeds: found.map(({ seed }) => seed),
      runs: found.map(({ path }) => path),
      unseenStage: found.filter(({ unseen }) => unseen).map(({ seed }) => seed),
      measures: Object.fromEntries(
        comparedMeasures.map(({ name, of }) => [
          name,
          inPercent(
            found.map(({ test }) => of(test)),
            { overlap },
          ),
        ]),
      ) as ComparedMethod["measures"], // a name for each measure
      gain: inPercent(ofEach, { overlap }),
      apart: leavesOutZero(inPercent(ofEach, { overlap, confidence })),
    };
  });
}

interface Tested {
  readonly seed: number;
  readonly test: Metrics;
}

function gains(own: readonly Tested[], first: readonly Tested[]): number[] {
  return own.flatMap(({ seed, test }) => {
    const other = first.find((each) => each.seed === seed);
    return other === undefined ? [] : [test.balancedAccuracy - other.test.balancedAccuracy];
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

function inPercent(
  shares: readonly (number | null)[],
  options: { readonly overlap: number; readonly confidence?: number },
): NumberSummary | null {
  const known = shares.filter((share) => share !== null);
  return known.length === 0 || known.length < shares.length
    ? null
    : summaryOf(
        known.map((share) => 100 * share),
        options,
      );
}
