import { z } from "zod";
import type { Metrics } from "./metrics.ts";

const count = z.int().min(0);
const fraction = z.number().min(0).max(1);

/** What {@link Metrics} must look like when read. */
export const metricsSchema: z.ZodType<Metrics> = z.strictObject({
  topOne: fraction,
  topFive: fraction.nullable(),
  balancedAccuracy: fraction,
  worstClass: fraction,
  gMean: fraction,
  macroF1: fraction,
  expectedCalibrationError: fraction,
  perClass: z.array(fraction.nullable()),
  shotGroups: z.strictObject({
    many: fraction.nullable(),
    medium: fraction.nullable(),
    few: fraction.nullable(),
  }),
  confusion: z.array(z.array(count)).exactOptional(),
  detection: z
    .strictObject({
      positive: count,
      positives: count,
      averagePrecision: fraction,
      areaUnderRoc: fraction,
      curve: z.array(z.strictObject({ recall: fraction, precision: fraction, threshold: z.number() })),
    })
    .exactOptional(),
});
