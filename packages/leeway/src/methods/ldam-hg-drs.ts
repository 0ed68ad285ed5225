import { inverseFrequencyWeights } from "../imbalance/index.ts";
import { marginHingeLoss } from "../losses/index.ts";
import { marginsFor, recordedPrior } from "./margins.ts";
import type { Method } from "./method.ts";
import type { MethodOptions } from "./options.ts";
import { deferred, sampledStages } from "./stages.ts";

/** The hinge with LDAM's margins, with deferred re-sampling: the form the theory speaks of. */
export function ldamHgDrs({
  maxMargin = 0.5,
  scale = 30,
  deferAt = 0.8,
  testPrior,
}: Pick<MethodOptions, "maxMargin" | "scale" | "deferAt" | "testPrior"> = {}): Method {
  return {
    name: "ldam-hg-drs",
    title: "LDAM-HG-DRS",
    summary: "hinge with wider margins for rarer classes, then every class drawn equally often",
    source: "Cao et al. 2019 (arXiv:1906.07413v2), eq. 10 and section 3.3 (table 2)",
    classifier: "cosine",
    scale,
    options: { maxMargin, scale, deferAt, ...recordedPrior(testPrior) },
    optional: ["testPrior"],
    loss: (counts) => marginHingeLoss(marginsFor(counts, { maxMargin, testPrior }), { scale }),
    stages: (counts, epochs) =>
      deferred(counts, sampledStages(counts, inverseFrequencyWeights(counts)), { epochs, deferAt }),
  };
}
