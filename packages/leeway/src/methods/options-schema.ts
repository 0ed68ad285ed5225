import { z } from "zod";
import type { MethodOptions } from "./method.ts";
import { balances, lossNames, posthocNames } from "./parts.ts";

const share = z.number().min(0).lt(1);
const notNegative = z.number().min(0);
const positive = z.number().positive();

/** Every parameter of every method, its kind and range: for what comes from files and records. */
export const methodOptionsSchema = z.strictObject({
  loss: z.enum(lossNames).describe("Of a composed method: what is minimised").exactOptional(),
  classifier: z
    .enum(["linear", "cosine"])
    .describe("Of a composed method: the last layer; the one its loss is made for where left out")
    .exactOptional(),
  margins: z
    .enum(["ldam", "uniform"])
    .describe("Of a composed method with a margin: wider for rarer classes, or one for all")
    .exactOptional(),
  weights: z.enum(balances).describe("Of a composed method: what classes weigh in the loss").exactOptional(),
  sampler: z
    .enum(balances)
    .describe("Of a composed method: how often an example is drawn, by its class")
    .exactOptional(),
  posthoc: z
    .enum(posthocNames)
    .describe("Of a composed method: what is done to logits when they are read")
    .exactOptional(),
  posthocTau: notNegative.describe("τ of what is done to logits when they are read").exactOptional(),
  deferAt: z
    .number()
    .min(0)
    .max(1)
    .describe("When the second stage begins: the share of the epochs before it, 1 for never")
    .exactOptional(),
  maxMargin: positive.describe("The rarest class's margin, in cosine logits").exactOptional(),
  scale: positive.describe("s, what cosine logits are multiplied by").exactOptional(),
  beta: share.describe("β of the effective number").exactOptional(),
  gamma: notNegative.describe("γ of the focal loss and of vector scaling").exactOptional(),
  tau: notNegative.describe("τ of logit adjustment and of weight normalisation").exactOptional(),
  smoothHead: share.describe("ε of label-aware smoothing, for the most frequent class").exactOptional(),
  smoothTail: share.describe("ε of label-aware smoothing, for the rarest class").exactOptional(),
  testPrior: z
    .array(notNegative)
    .min(2)
    .describe("Class counts or shares of a test set known to be imbalanced")
    .exactOptional(),
  mixup: z.number().min(0).max(8).describe("α of mixup's Beta(α, α); 0 for none").exactOptional(),
  rho: notNegative.describe("ρ of SAM; 0 for none").exactOptional(),
  cutout: z.int().min(0).describe("Side of the square that cutout removes, in pixels").exactOptional(),
}) satisfies z.ZodType<MethodOptions>;
