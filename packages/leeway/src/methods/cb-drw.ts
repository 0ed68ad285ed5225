import { effectiveNumberWeights, inverseFrequencyWeights } from "../imbalance/index.ts";
import { crossEntropyLoss } from "../losses/index.ts";
import type { Method } from "./method.ts";
import type { MethodOptions } from "./options.ts";
import { followedBy, weightedStages } from "./stages.ts";

/**
 * Class-balanced weights from the first epoch, then those of Algorithm 1 as printed, 1/n_j. What deferral avoids, a
 * first stage under weights, is here; ERM-DRW has none in its first stage, CB-RW no second.
 */
export function cbDrw({
  beta = 0.9999,
  deferAt = 0.8,
}: Pick<MethodOptions, "beta" | "deferAt"> = {}): Method {
  return {
    name: "cb-drw",
    title: "CB + DRW",
    summary: "weights of one over the effective number, then of 1/n_j from the deferral on",
    source:
      "Cui et al. 2019 (arXiv:1901.05555) with Algorithm 1 of Cao et al. 2019 (arXiv:1906.07413v2); " +
      "the pair is named in the authors' response, not spelt out",
    classifier: "linear",
    scale: 1,
    options: { beta, deferAt },
    loss: () => crossEntropyLoss(),
    stages: (counts, epochs) =>
      followedBy(
        weightedStages(counts, effectiveNumberWeights(counts, { beta })),
        weightedStages(counts, inverseFrequencyWeights(counts)),
        { epochs, deferAt },
      ),
  };
}
