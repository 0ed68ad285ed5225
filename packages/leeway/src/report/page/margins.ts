import {
  exampleMargins,
  fittedExponent,
  marginLoss,
  marginQuantile,
  marginsByClass,
} from "../../imbalance/index.ts";
import { methodOf, stagesOf } from "../../methods/index.ts";
import type { RunRecord } from "../../records/index.ts";
import type { MeasuredRun, ScoredRun } from "./measured-run.ts";
import type { ReportMargins, TrainingMargins } from "./report-data.ts";

/** Bins between the ends of what is shown. */
const bins = 40;
/** The share of margins that is left out of the axis on either side, in the outermost bins. */
const outside = 0.002;

/** The margins of test examples, class by class, beside those that the loss enforces and those of training examples. */
export function reportMargins({ record, test, train }: ScoredRun): ReportMargins {
  const classes = record.data.classNames.length;
  const margins = exampleMargins(test.logits, test.labels, classes);
  const byClass = marginsByClass(margins, test.labels, classes);
  const enforced = enforcedMargins(record);
  const edges = edgesOf(Float64Array.from(margins).sort());
  return {
    edges,
    counts: byClass.map((own) => histogram(own, edges)),
    medians: mediansOf(byClass),
    enforced,
    reached: byClass.map((own, j) => {
      return own.length === 0 ? null : 1 - marginLoss(own, enforced?.[j] ?? 0);
    }),
    ...(train && { training: trainingMargins(train, record.data.trainCounts) }),
  };
}

function mediansOf(byClass: readonly Float64Array[]): (number | null)[] {
  return byClass.map((own) => (own.length === 0 ? null : marginQuantile(own, 0.5)));
}

function trainingMargins(
  { margins, labels }: NonNullable<MeasuredRun["train"]>,
  counts: readonly number[],
): TrainingMargins {
  const medians = mediansOf(marginsByClass(margins, labels, counts.length));
  // The others have no logarithm.
  const above = counts.flatMap((n, j) =>
    n > 0 && (medians[j] ?? 0) > 0 ? [{ n, median: medians[j]! }] : [],
  );
  const sizes = above.map(({ n }) => n);
  const law =
    new Set(sizes).size < 2
      ? null
      : fittedExponent(
          sizes,
          above.map(({ median }) => median),
        );
  const fit = law && {
    exponent: law.exponent,
    standardError: law.standardError,
    classes: sizes.length,
  };
  return { examples: labels.length, medians, fit };
}

/** Δ of the run's last stage; null for a loss without margins, and for classes without examples, which have none. */
function enforcedMargins({ recipe, data }: RunRecord): number[] | null {
  if (data.trainCounts.includes(0)) return null;
  const method = methodOf(recipe.method, recipe.methodOptions);
  const { loss } = stagesOf(method, data.trainCounts, recipe.epochs).at(-1)!; // there is one at least
  return "margins" in loss ? [...loss.margins] : null;
}

/** The ends of bins of one width over nearly all margins, 0 being one of them, so that right and wrong share none. */
function edgesOf(sorted: Float64Array): number[] {
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))]!; // there is an example
  const [low, high] = [Math.min(0, at(outside)), Math.max(0, at(1 - outside))];
  const width = Math.max((high - low) / bins, 1e-6);
  const from = Math.floor(low / width);
  return Array.from({ length: Math.ceil(high / width) - from + 1 }, (_, b) => (from + b) * width);
}

/** How many are in each bin; those beyond the ends are in the outermost. */
function histogram(values: Float64Array, edges: readonly number[]): number[] {
  const counts = new Array<number>(edges.length - 1).fill(0);
  const [first, width] = [edges[0]!, edges[1]! - edges[0]!]; // two at least
  for (const value of values) {
    const bin = Math.floor((value - first) / width);
    counts[Math.max(0, Math.min(counts.length - 1, bin))]!++;
  }
  return counts;
}
