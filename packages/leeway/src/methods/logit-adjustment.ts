import { logitOffsets } from "../imbalance/index.ts";
import { vectorScalingLoss } from "../losses/index.ts";
import type { Method } from "./method.ts";
import type { MethodOptions } from "./options.ts";
import { plainStages } from "./stages.ts";

/** Logit adjustment in training: what a class's frequency explains is added to its logit, so the network need not learn it. */
export function logitAdjustment({ tau = 1 }: Pick<MethodOptions, "tau"> = {}): Method {
  return {
    name: "logit-adjustment",
    title: "LA",
    summary: "cross entropy of logits plus τ log π_j, dropped at the test",
    source: "Menon et al. 2021 (arXiv:2007.07314), eq. 10",
    classifier: "linear",
    scale: 1,
    options: { tau },
    loss: (counts) => vectorScalingLoss(null, logitOffsets(counts, { tau })),
    stages: plainStages,
  };
}
