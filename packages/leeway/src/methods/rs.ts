import { inverseFrequencyWeights } from "../imbalance/index.ts";
import { crossEntropyLoss } from "../losses/index.ts";
import type { Method } from "./method.ts";
import { sampledStages } from "./stages.ts";

/** Re-sampling: every class is drawn equally often, from the first epoch on. */
export function rs(): Method {
  return {
    name: "rs",
    title: "RS",
    summary: "cross entropy, every class drawn equally often",
    source: "a baseline of Cao et al. 2019 (arXiv:1906.07413v2), section 4 (table 1)",
    classifier: "linear",
    scale: 1,
    options: {},
    loss: () => crossEntropyLoss(),
    stages: (counts) => sampledStages(counts, inverseFrequencyWeights(counts)),
  };
}
