import { inverseFrequencyWeights } from "../imbalance/index.ts";
import { crossEntropyLoss } from "../losses/index.ts";
import type { Method } from "./method.ts";
import { weightedStages } from "./stages.ts";

/** Re-weighting: every example counts for one over its class's size, from the first epoch on. */
export function rw(): Method {
  return {
    name: "rw",
    title: "RW",
    summary: "cross entropy, classes weighted by 1/n_j",
    source: "a baseline of Cao et al. 2019 (arXiv:1906.07413v2), section 4 (table 1)",
    classifier: "linear",
    scale: 1,
    options: {},
    loss: () => crossEntropyLoss(),
    stages: (counts) => weightedStages(counts, inverseFrequencyWeights(counts)),
  };
}
