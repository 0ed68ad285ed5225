import { expected } from "../errors.ts";
import { studentQuantile } from "./student-t.ts";

/** A few numbers in short: how many, their middle and how far they spread. */
export interface NumberSummary {
  /** How many, at least 1. */
  readonly n: number;
  readonly mean: number;
  /** The sample's standard deviation, √(Σ (x - mean)² / (n - 1)); null for one number. */
  readonly deviation: number | null;
  /** Where the mean of endlessly many such numbers lies; null for one number. */
  readonly interval: readonly [low: number, high: number] | null;
}

/**
 * Numbers in short, with an interval for their mean by Student's t:
 *
 *     mean ± t(n - 1) · deviation / √n
 *
 * It supposes that the numbers scatter about normally, which errors over seeds do. With two or three numbers it
 * is wide, and rightly so: a bootstrap of so few would promise too much.
 *
 * Numbers from test splits that were drawn from the same examples scatter less than they err: with `overlap` the
 * interval is mean ± t(n - 1) · deviation · √(1/n + overlap), the corrected resampled t test.
 *
 * @param confidence of the interval, in (0, 1)
 * @param overlap    examples tested on to examples trained on, where each number has another split of the same; else 0
 * @param step       what one example decides of a number: numbers that a few examples decide may all be equal by chance,
 *   so that the interval reaches as far at least
 * @throws ArgumentError if there is no number, or one is not finite
 * @source Nadeau and Bengio 2003, Inference for the Generalization Error
 */
export function summaryOf(
  values: readonly number[],
  { confidence = 0.95, overlap = 0, step = 0 } = {},
): NumberSummary {
  const n = values.length;
  if (n === 0) throw expected("summaryOf", "values", "to hold at least one number", values);
  const stray = values.findIndex((value) => !Number.isFinite(value));
  if (stray >= 0) throw expected("summaryOf", `values[${stray}]`, "to be finite", values[stray]);
  const mean = sum(values) / n;
  if (n === 1) return { n, mean, deviation: null, interval: null };
  const deviation = Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / (n - 1));
  const spread = studentQuantile(n - 1, confidence) * deviation * Math.sqrt(1 / n + overlap);
  const reach = Math.max(step, spread);
  return { n, mean, deviation, interval: [mean - reach, mean + reach] };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
