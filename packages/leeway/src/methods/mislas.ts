import { inverseFrequencyWeights, labelSmoothing } from "../imbalance/index.ts";
import { crossEntropyLoss, labelAwareSmoothingLoss } from "../losses/index.ts";
import type { Method } from "./method.ts";
import type { MethodOptions } from "./options.ts";
import { deferred, sampledStages } from "./stages.ts";

/**
 * MiSLAS: features from plain training on mixed examples; then, with every class drawn equally often, the last layer
 * and a scale a logit under label-aware smoothing, while batch normalisation learns the new statistics. The authors
 * train the second stage for 10 epochs after 200, and for CIFAR-10 their code leaves the statistics as they were; here
 * it is the last twentieth of the run, with one rate, half of that at which the network began (0.05 with SGD), where their
 * code has 0.05 for the layer and 0.1 for the scales.
 */
export function mislas({
  smoothHead = 0.3,
  smoothTail = 0,
  deferAt = 0.95,
}: Pick<MethodOptions, "smoothHead" | "smoothTail" | "deferAt"> = {}): Method {
  return {
    name: "mislas",
    title: "MiSLAS",
    summary: "mixup first, then the last layer alone under smoothed labels and equal odds",
    source: "Zhong et al. 2021 (arXiv:2104.00466), section 3",
    classifier: "scaled-linear",
    scale: 1,
    options: { smoothHead, smoothTail, deferAt },
    regularisers: { mixup: 1 },
    loss: (_, stage) =>
      stage?.smoothing === undefined ? crossEntropyLoss() : labelAwareSmoothingLoss(stage.smoothing),
    stages: (counts, epochs) => {
      const smoothing = labelSmoothing(counts, { head: smoothHead, tail: smoothTail });
      const second = sampledStages(counts, inverseFrequencyWeights(counts)).map(
        (stage) =>
          ({
            ...stage,
            smoothing,
            trainable: "classifier",
            shiftStatistics: true,
            rateFactor: 0.5,
          }) as const,
      );
      return deferred(counts, second, { epochs, deferAt });
    },
  };
}
