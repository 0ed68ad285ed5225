import { inverseFrequencyWeights } from "../imbalance/index.ts";
import { crossEntropyLoss } from "../losses/index.ts";
import type { Method } from "./method.ts";
import type { MethodOptions } from "./options.ts";
import { deferred, sampledStages } from "./stages.ts";

/**
 * Classifier re-training: features from plain training, then a new last layer on them with every class drawn
 * equally often. The paper retrains for 10 epochs after 90 or 200; here it is the last twentieth of the run, from the
 * rate at which the network began (0.1 with SGD).
 */
export function crt({ deferAt = 0.95 }: Pick<MethodOptions, "deferAt"> = {}): Method {
  return {
    name: "crt",
    title: "cRT",
    summary: "plain cross entropy, then a new last layer with every class drawn equally often",
    source: "Kang et al. 2020 (arXiv:1910.09217), section 4",
    classifier: "linear",
    scale: 1,
    options: { deferAt },
    loss: () => crossEntropyLoss(),
    stages: (counts, epochs) => {
      const second = sampledStages(counts, inverseFrequencyWeights(counts)).map(
        (stage) => ({ ...stage, trainable: "classifier", restart: true, rateFactor: 1 }) as const,
      );
      return deferred(counts, second, { epochs, deferAt });
    },
  };
}
