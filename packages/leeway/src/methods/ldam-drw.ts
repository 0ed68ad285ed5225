import { effectiveNumberWeights } from "../imbalance/index.ts";
import { ldamLoss } from "../losses/index.ts";
import { marginsFor, recordedPrior } from "./margins.ts";
import type { Method } from "./method.ts";
import type { MethodOptions } from "./options.ts";
import { deferred, weightedStages } from "./stages.ts";

/** LDAM with deferred re-weighting: plain LDAM first, class-balanced weights once the learning rate has dropped. */
export function ldamDrw({
  maxMargin = 0.5,
  scale = 30,
  beta = 0.9999,
  deferAt = 0.8,
  testPrior,
}: MethodOptions = {}): Method {
  return {
    name: "ldam-drw",
    title: "LDAM-DRW",
    summary: "LDAM, then class-balanced weights from the deferral on",
    source: "Cao et al. 2019 (arXiv:1906.07413v2), eqs. 12-13 and Algorithm 1",
    classifier: "cosine",
    scale,
    options: { maxMargin, scale, beta, deferAt, ...recordedPrior(testPrior) },
    optional: ["testPrior"],
    loss: (counts) => ldamLoss(marginsFor(counts, { maxMargin, testPrior }), { scale }),
    stages: (counts, epochs) =>
      deferred(counts, weightedStages(counts, effectiveNumberWeights(counts, { beta })), { epochs, deferAt }),
  };
}
