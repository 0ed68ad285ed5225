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
      .array(z.int().min(0))
      .refine((epochs) => epochs.every((epoch, i) => i === 0 || epoch > epochs[i - 1]!), "ascending numbers"),
    help: "epochs at which the rate drops, divided by commas",
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
