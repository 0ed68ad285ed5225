import { logitOffsets } from "../imbalance/index.ts";
import { vectorScalingLoss } from "../losses/index.ts";
import type { Method } from "./method.ts";
import { plainStages } from "./stages.ts";

/** Balanced softmax: each class's exponential is multiplied by its size in training. Logit adjustment with τ = 1. */
export function balancedSoftmax(): Method {
  return {
    name: "balanced-softmax",
    title: "BS",
    summary: "cross entropy of a softmax weighted by class sizes",
    source: "Ren et al. 2020 (arXiv:2007.10740), eq. 3",
    classifier: "linear",
    scale: 1,
    options: {},
    // log π_j and log n_j differ by a constant, which a softmax does not see.
    loss: (counts) => vectorScalingLoss(null, logitOffsets(counts)),
    stages: plainStages,
  };
}
