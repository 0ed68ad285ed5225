import { studentQuantile } from "../../analysis/index.ts";
import { fittedExponent } from "../../imbalance/index.ts";
import { priorCounts } from "../../records/index.ts";
import type { MeasuredRun } from "./measured-run.ts";
import { mean } from "./mean.ts";
import type { LogitBias } from "./report-data.ts";

/** The offsets that calibration puts back, against the logarithm of the counts; null without a calibration. */
export function logitBias({ record, summary }: MeasuredRun): LogitBias | null {
  const { calibration } = summary;
  if (calibration === undefined || calibration.offsets.length === 0) return null;
  const counts = priorCounts(record.data);
  const middle = mean(calibration.offsets);
  const offsets = calibration.offsets.map((offset) => offset - middle);
  const present = [...counts.keys()].filter((j) => counts[j]! > 0);
  const sizes = present.map((j) => counts[j]!);
  if (new Set(sizes).size < 2) return null; // all classes have as many: there is nothing to favour
  const factors = present.map((j) => Math.exp(offsets[j]!)); // as long as counts
  const { exponent, standardError } = fittedExponent(sizes, factors);
  const slope = -exponent;
  if (standardError === null) return { offsets, slope, interval: null };
  const half = studentQuantile(sizes.length - 2, 0.95) * standardError;
  return { offsets, slope, interval: [slope - half, slope + half] };
}
