import { studentQuantile } from "../../analysis/index.ts";
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
  const x = present.map((j) => Math.log(counts[j]!));
  const y = present.map((j) => offsets[j]!); // as long as counts
  const [xMean, yMean] = [mean(x), mean(y)];
  const xx = x.reduce((sum, each) => sum + (each - xMean) ** 2, 0);
  if (xx === 0) return null; // all classes have as many: there is nothing to favour
  const slope = x.reduce((sum, each, i) => sum + (each - xMean) * (y[i]! - yMean), 0) / xx;
  if (x.length < 3) return { offsets, slope, interval: null };
  const residuals = x.reduce((sum, each, i) => sum + (y[i]! - yMean - slope * (each - xMean)) ** 2, 0);
  const degrees = x.length - 2;
  const half = studentQuantile(degrees, 0.95) * Math.sqrt(residuals / degrees / xx);
  return { offsets, slope, interval: [slope - half, slope + half] };
}
