import { effectiveNumberWeights } from "../imbalance/index.ts";
import { crossEntropyLoss } from "../losses/index.ts";
import type { Method } from "./method.ts";
import type { MethodOptions } from "./options.ts";
import { deferred, weightedStages } from "./stages.ts";

/** Cross entropy with deferred re-weighting: plain first, class-balanced weights once the learning rate has dropped. */
export function ermDrw({
  beta = 0.9999,
  deferAt = 0.8,
}: Pick<MethodOptions, "beta" | "deferAt"> = {}): Method {
  return {
    name: "erm-drw",
    title: "ERM-DRW",
    summary: "cross entropy, then class-balanced weights from the deferral on",
    source: "Cao et al. 2019 (arXiv:1906.07413v2), Algorithm 1 with cross entropy (table 5)",
    classifier: "linear",
    scale: 1,
    options: { beta, deferAt },
    loss: () => crossEntropyLoss(),
    stages: (counts, epochs) =>
      deferred(counts, weightedStages(counts, effectiveNumberWeights(counts, { beta })), { epochs, deferAt }),
  };
}
