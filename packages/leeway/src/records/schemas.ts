import { z } from "zod";
import { recipeRecordSchema } from "../recipe/index.ts";
import type { CalibrationFit, Metrics } from "../metrics/index.ts";
import type { EpochRecord } from "./epoch-record.ts";
import { recordVersion, type RunRecord } from "./run-record.ts";
import type { Summary } from "./summary.ts";

const count = z.int().min(0);
const atLeastOne = z.int().min(1);
const fraction = z.number().min(0).max(1);
const positive = z.number().positive();
const notNegative = z.number().min(0);
const name = z.string().min(1);
const version = z.literal(recordVersion);

/** What a {@link RunRecord} must look like when read. */
export const runSchema: z.ZodType<RunRecord> = z.strictObject({
  version,
  id: name,
  createdAt: z.iso.datetime(),
  command: z.array(z.string()),
  recipe: recipeRecordSchema,
  data: z.strictObject({
    trainCounts: z.array(count),
    unthinnedCounts: z.array(count).exactOptional(),
    trainSize: count,
    validationSize: count,
    testSize: count,
    validationCounts: z.array(count).exactOptional(),
    testCounts: z.array(count).exactOptional(),
    classNames: z.array(z.string()),
    fingerprint: name,
    contents: name.exactOptional(),
    testHeldOut: z.boolean().exactOptional(),
    validationHeldOut: z.boolean().exactOptional(),
    notes: z.array(z.string()).exactOptional(),
  }),
  environment: z.strictObject({
    leeway: name,
    node: name,
    libtorch: name,
    blas: name,
    cpu: name,
    threads: atLeastOne,
    capability: z.strictObject({ libtorch: name, kernels: name }).exactOptional(),
    ranks: z.int().min(2).exactOptional(),
    device: name.exactOptional(),
    gpu: z
      .strictObject({
        name,
        runtime: name,
        cudnn: name.exactOptional(),
        driver: name.exactOptional(),
        reproducible: z.boolean(),
      })
      .exactOptional(),
    os: name,
  }),
  initialised: z
    .strictObject({
      ...{ loaded: count, fresh: z.array(name), leftOver: z.array(name) },
      widened: z.literal(true).exactOptional(),
    })
    .exactOptional(),
  forkedFrom: z
    .strictObject({ run: name, epoch: count, changes: z.array(name).exactOptional() })
    .exactOptional(),
  resumed: z
    .array(z.strictObject({ at: z.iso.datetime(), epoch: count, step: count, changes: z.array(name) }))
    .exactOptional(),
});

/** What {@link Metrics} must look like when read. */
const metricsSchema: z.ZodType<Metrics> = z.strictObject({
  topOne: fraction,
  topFive: fraction.nullable(),
  balancedAccuracy: fraction.nullable(),
  worstClass: fraction.nullable(),
  gMean: fraction.nullable(),
  macroF1: fraction.nullable(),
  expectedCalibrationError: fraction,
  perClass: z.array(fraction.nullable()),
  shotGroups: z.strictObject({
    many: fraction.nullable(),
    medium: fraction.nullable(),
    few: fraction.nullable(),
  }),
  confusion: z.array(z.array(count)).exactOptional(),
  meanProbability: z.array(fraction).exactOptional(),
  classCalibration: z.array(z.strictObject({ error: notNegative, byChance: notNegative })).exactOptional(),
  selection: z.strictObject({ by: name, value: notNegative.nullable() }).exactOptional(),
  detection: z
    .strictObject({
      positive: count,
      thresholds: z.literal("probability").exactOptional(),
      positives: count,
      averagePrecision: fraction,
      areaUnderRoc: fraction,
      curve: z.array(z.strictObject({ recall: fraction, precision: fraction, threshold: z.number() })),
    })
    .exactOptional(),
});

/** What an {@link EpochRecord} must look like when read. */
export const epochSchema: z.ZodType<EpochRecord> = z.strictObject({
  epoch: count,
  learningRate: notNegative,
  stage: count,
  train: z.strictObject({
    ...{ loss: z.number(), topOne: fraction },
    gradientNorm: notNegative.exactOptional(),
  }),
  evaluation: z
    .strictObject({
      split: z.enum(["test", "validation"]),
      loss: z.number().exactOptional(),
      metrics: metricsSchema,
    })
    .nullable(),
  seconds: notNegative,
  imagesPerSecond: notNegative,
});

const curveKind = z.enum(["platt", "beta", "isotonic"]);
const curveSchema = z.union([
  z.strictObject({ beta: z.tuple([z.number(), z.number(), z.number()]) }),
  z.strictObject({ knots: z.array(z.tuple([z.number(), z.number()])).min(1) }),
]);

/** What makes probabilities of logits, as a record has it. */
export const calibrationSchema: z.ZodType<CalibrationFit> = z.strictObject({
  kind: curveKind.exactOptional(),
  curves: z.array(curveSchema).exactOptional(),
  shifts: z.array(z.number()).exactOptional(),
  compared: z
    .array(
      z.strictObject({
        kind: z.union([z.literal("temperature"), curveKind]),
        logLoss: notNegative,
        behind: notNegative,
        standardError: notNegative,
      }),
    )
    .exactOptional(),
  temperature: positive,
  offsets: z.array(z.number()),
  examples: count,
  prior: z.literal("training").exactOptional(),
});

/** What a {@link Summary} must look like when read. */
export const summarySchema: z.ZodType<Summary> = z.strictObject({
  version,
  status: z.enum(["finished", "interrupted"]),
  epochs: count,
  endedEarly: z.literal(true).exactOptional(),
  best: z
    .strictObject({
      epoch: count,
      topOne: fraction,
      metric: name.exactOptional(),
      score: notNegative.exactOptional(),
    })
    .nullable(),
  selectedBy: z.enum(["validation", "test", "last"]),
  test: metricsSchema.nullable(),
  calibration: calibrationSchema.exactOptional(),
  rollbacks: atLeastOne.exactOptional(),
  skipped: atLeastOne.exactOptional(),
  imagesPerSecond: notNegative,
  seconds: notNegative,
});
