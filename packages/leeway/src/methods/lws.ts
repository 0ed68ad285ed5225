import { inverseFrequencyWeights } from "../imbalance/index.ts";
import { crossEntropyLoss } from "../losses/index.ts";
import type { Method } from "./method.ts";
import type { MethodOptions } from "./options.ts";
import { deferred, sampledStages } from "./stages.ts";

/**
 * Learnable weight scaling: plain training, then only one scale a class is learned, with every class drawn equally
 * often, from twice the rate at which the network began (0.2 with SGD).
 */
export function lws({ deferAt = 0.95 }: Pick<MethodOptions, "deferAt"> = {}): Method {
  return {
    name: "lws",
    title: "LWS",
    summary: "plain cross entropy, then one scale a logit with every class drawn equally often",
    source: "Kang et al. 2020 (arXiv:1910.09217), section 4",
    classifier: "scaled-linear",
    scale: 1,
    options: { deferAt },
    loss: () => crossEntropyLoss(),
    stages: (counts, epochs) => {
      const second = sampledStages(counts, inverseFrequencyWeights(counts)).map(
        (stage) => ({ ...stage, trainable: "scale", rateFactor: 2 }) as const,
      );
      return deferred(counts, second, { epochs, deferAt });
    },
  };
}
