import { z } from "zod";
import type { Field } from "../field.ts";

/** The types of a schedule's parts. */
export const scheduleParts = {
  base: z.number().positive().max(1e3).describe("The rate after the warm-up and before the first decay"),
  warmupEpochs: z.int().min(0).describe("Epochs over which the rate climbs"),
  decays: z
    .array(
      z.strictObject({
        fromEpoch: z.int().min(0).describe("Counted from 0"),
        factor: z.number().positive().describe("What the rate is multiplied by from there on"),
      }),
    )
    .describe("Steps down, in the order of their epochs"),
  cosineUntil: z
    .int()
    .min(1)
    .exactOptional()
    .describe("The epoch at which the rate is 0, along half a cosine from the warm-up on; without decays"),
};

/** Where a run drops its rate, as it is requested: an epoch counted from 0, or a share of the epochs. */
const epochOrShare = z
  .number()
  .min(0)
  .refine((at) => at < 1 || Number.isInteger(at), "an epoch such as 160, or a share such as 0.8");

/** The parts of a schedule that may be requested in other words than they are recorded in. */
export const requestedParts = {
  base: scheduleParts.base.exactOptional(),
  warmupEpochs: scheduleParts.warmupEpochs.exactOptional(),
  decays: z
    .array(
      z.strictObject({
        fromEpoch: epochOrShare.describe("Counted from 0; or a share of the epochs, below 1"),
        factor: scheduleParts.decays.element.shape.factor,
      }),
    )
    .exactOptional()
    .describe("Steps down, in the order of their epochs"),
  cosineUntil: z
    .union([z.int().min(1), z.literal("end")])
    .exactOptional()
    .describe("The epoch at which the rate is 0, along half a cosine; or end, that of the run"),
};

const training = { group: "Training", affects: "first-stage" } as const;

/** Words for parts of a schedule, as options and programs say them; a recipe and a file hold a schedule. */
export const scheduleFields = {
  lr: {
    ...training,
    type: scheduleParts.base,
    help: "learning rate",
    default: "sgd 0.1, adam 0.001, ngrams 0.03, tfidf 0.005",
    value: "<rate>",
    common: true,
  },
  warmupEpochs: {
    ...training,
    type: scheduleParts.warmupEpochs,
    help: "epochs over which the rate climbs",
    default: "images: 5, or an eighth of a short run",
    value: "<count>",
  },
  decayAt: {
    ...training,
    type: z
      .array(epochOrShare)
      .refine((epochs) => epochs.every((epoch, i) => i === 0 || epoch > epochs[i - 1]!), "ascending numbers"),
    help: "epochs at which the rate drops, divided by commas, or shares of the epochs: 0.8,0.9",
    default: "images: 160,180 of 200",
    value: "<epochs>",
  },
  decayFactor: {
    ...training,
    type: z.number().positive(),
    help: "what a drop multiplies the rate by",
    default: "images: 0.01; others: 0.1",
    value: "<number>",
  },
  cosine: {
    ...training,
    type: z.boolean(),
    help: "the rate falls to 0 along half a cosine, in place of drops",
  },
} as const satisfies Readonly<Record<string, Field>>;
