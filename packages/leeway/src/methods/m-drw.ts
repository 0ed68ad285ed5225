import { effectiveNumberWeights, uniformMargins } from "../imbalance/index.ts";
import { ldamLoss } from "../losses/index.ts";
import type { Method } from "./method.ts";
import type { MethodOptions } from "./options.ts";
import { deferred, weightedStages } from "./stages.ts";

/** One margin for all classes with deferred re-weighting: what LDAM-DRW is without the label distribution. */
export function mDrw({
  maxMargin = 0.5,
  scale = 30,
  beta = 0.9999,
  deferAt = 0.8,
}: MethodOptions = {}): Method {
  return {
    name: "m-drw",
    title: "M-DRW",
    summary: "cosine logits with one margin for all, then class-balanced weights",
    source:
      "Cao et al. 2019 (arXiv:1906.07413v2), section 4 (table 2); the margin is LDAM's largest, not given there",
    classifier: "cosine",
    scale,
    options: { maxMargin, scale, beta, deferAt },
    loss: (counts) => ldamLoss(uniformMargins(counts.length, maxMargin), { scale }),
    stages: (counts, epochs) =>
      deferred(counts, weightedStages(counts, effectiveNumberWeights(counts, { beta })), { epochs, deferAt }),
  };
}
