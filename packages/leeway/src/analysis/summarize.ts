import type { Metrics } from "../metrics/index.ts";
import type { RecipeRecord, RunRecord, Summary } from "../records/index.ts";
import { recipeText } from "../records/index.ts";
import { type NumberSummary, summaryOf } from "./summary.ts";

/** What a run wrote down: its recipe, and how it ended; null while it runs or where it was killed. */
export interface RecordedRun {
  readonly record: RunRecord;
  readonly summary: Summary | null;
}

/** What runs have in common that are to be compared: the recipe without its method and seed. */
export type Setting = Omit<RecipeRecord, "method" | "methodOptions" | "seed">;

/** The runs of one method in one setting, over seeds. Errors are fractions on the test set. */
export interface SummaryRow {
  readonly setting: Setting;
  readonly method: string;
  readonly methodOptions: RecipeRecord["methodOptions"];
  /** Ascending, each once. */
  readonly seeds: readonly number[];
  readonly topOneError: NumberSummary;
  /** Null for five classes or fewer. */
  readonly topFiveError: NumberSummary | null;
  /** 1 - balanced accuracy; null where a test split has one class alone. */
  readonly balancedError: NumberSummary | null;
  /** Of the class recognised worst; likewise. */
  readonly worstClassError: NumberSummary | null;
}

/**
 * Finished runs as rows, one for each setting and method (with its options), in the order of their first runs.
 *
 * Of several runs of the same seed the first counts: they are the same experiment, not one more.
 *
 * @param runs in any state; those that did not finish are left out
 */
export function summarize(runs: readonly RecordedRun[]): SummaryRow[] {
  const rows = new Map<string, Map<number, FinishedRun>>();
  for (const run of runs.flatMap(finished)) {
    const { recipe } = run.record;
    const key = recipeText({ ...recipe, seed: 0 });
    const seeds = rows.get(key) ?? new Map<number, FinishedRun>();
    rows.set(key, seeds);
    if (!seeds.has(recipe.seed)) seeds.set(recipe.seed, run);
  }
  return Array.from(rows.values(), (seeds) => rowOf([...seeds.values()]));
}

interface FinishedRun {
  readonly record: RunRecord;
  readonly test: Metrics;
}

function finished({ record, summary }: RecordedRun): FinishedRun[] {
  return summary?.status === "finished" && summary.test !== null ? [{ record, test: summary.test }] : [];
}

function rowOf(runs: readonly FinishedRun[]): SummaryRow {
  const { method, methodOptions, seed: first, ...setting } = runs[0]!.record.recipe; // a row has a run
  const rest = runs.slice(1).map(({ record }) => record.recipe.seed);
  const error = (accuracy: (test: Metrics) => number | null): NumberSummary | null => {
    const known = runs.map(({ test }) => accuracy(test)).filter((each) => each !== null);
    return known.length < runs.length ? null : summaryOf(known.map((each) => 1 - each));
  };
  return {
    setting,
    method,
    methodOptions,
    seeds: [first, ...rest].sort((one, other) => one - other),
    topOneError: summaryOf(runs.map(({ test }) => 1 - test.topOne)),
    topFiveError: error(({ topFive }) => topFive),
    balancedError: error(({ balancedAccuracy }) => balancedAccuracy),
    worstClassError: error(({ worstClass }) => worstClass),
  };
}
