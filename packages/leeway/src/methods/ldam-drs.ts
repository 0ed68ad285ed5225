import { inverseFrequencyWeights } from "../imbalance/index.ts";
import { ldamLoss } from "../losses/index.ts";
import { marginsFor, recordedPrior } from "./margins.ts";
import type { Method } from "./method.ts";
import type { MethodOptions } from "./options.ts";
import { deferred, sampledStages } from "./stages.ts";

/** LDAM with deferred re-sampling: plain LDAM first, every class drawn equally often once the learning rate has dropped. */
export function ldamDrs({
  maxMargin = 0.5,
  scale = 30,
  deferAt = 0.8,
  testPrior,
}: Pick<MethodOptions, "maxMargin" | "scale" | "deferAt" | "testPrior"> = {}): Method {
  return {
    name: "ldam-drs",
    title: "LDAM-DRS",
    summary: "LDAM, then every class drawn equally often from the deferral on",
    source: "Cao et al. 2019 (arXiv:1906.07413v2), eqs. 12-13 and section 3.3",
    classifier: "cosine",
    scale,
    options: { maxMargin, scale, deferAt, ...recordedPrior(testPrior) },
    optional: ["testPrior"],
    loss: (counts) => ldamLoss(marginsFor(counts, { maxMargin, testPrior }), { scale }),
    stages: (counts, epochs) =>
      deferred(counts, sampledStages(counts, inverseFrequencyWeights(counts)), { epochs, deferAt }),
  };
}
