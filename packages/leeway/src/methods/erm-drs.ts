import { inverseFrequencyWeights } from "../imbalance/index.ts";
import { crossEntropyLoss } from "../losses/index.ts";
import type { Method } from "./method.ts";
import type { MethodOptions } from "./options.ts";
import { deferred, sampledStages } from "./stages.ts";

/** Cross entropy with deferred re-sampling: plain first, every class drawn equally often once the learning rate has dropped. */
export function ermDrs({ deferAt = 0.8 }: Pick<MethodOptions, "deferAt"> = {}): Method {
  return {
    name: "erm-drs",
    title: "ERM-DRS",
    summary: "cross entropy, then every class drawn equally often from the deferral on",
    source: "Cao et al. 2019 (arXiv:1906.07413v2), section 3.3 with cross entropy (table 5)",
    classifier: "linear",
    scale: 1,
    options: { deferAt },
    loss: () => crossEntropyLoss(),
    stages: (counts, epochs) =>
      deferred(counts, sampledStages(counts, inverseFrequencyWeights(counts)), { epochs, deferAt }),
  };
}
