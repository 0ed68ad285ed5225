import { inverseFrequencyWeights, uniformMargins } from "../imbalance/index.ts";
import { marginHingeLoss } from "../losses/index.ts";
import type { Method } from "./method.ts";
import type { MethodOptions } from "./options.ts";
import { deferred, sampledStages } from "./stages.ts";

/** The hinge with one margin for all classes, with deferred re-sampling. */
export function hgDrs({
  maxMargin = 0.5,
  scale = 30,
  deferAt = 0.8,
}: Pick<MethodOptions, "maxMargin" | "scale" | "deferAt"> = {}): Method {
  return {
    name: "hg-drs",
    title: "HG-DRS",
    summary: "hinge with one margin for all, then every class drawn equally often",
    source:
      "Cao et al. 2019 (arXiv:1906.07413v2), section 4 (table 2); the margin is LDAM's largest, not given there",
    classifier: "cosine",
    scale,
    options: { maxMargin, scale, deferAt },
    loss: (counts) => marginHingeLoss(uniformMargins(counts.length, maxMargin), { scale }),
    stages: (counts, epochs) =>
      deferred(counts, sampledStages(counts, inverseFrequencyWeights(counts)), { epochs, deferAt }),
  };
}
