import { logitMultipliers, logitOffsets } from "../imbalance/index.ts";
import { vectorScalingLoss } from "../losses/index.ts";
import type { Method } from "./method.ts";
import type { MethodOptions } from "./options.ts";
import { plainStages } from "./stages.ts";

/** Vector scaling: logit adjustment and a flatter logit for rarer classes at once. */
export function vs({ gamma = 0.15, tau = 1.25 }: Pick<MethodOptions, "gamma" | "tau"> = {}): Method {
  return {
    name: "vs",
    title: "VS",
    summary: "cross entropy of logits stretched by (n_j/n_max)^γ and shifted by τ log π_j",
    source: "Kini et al. 2021 (arXiv:2103.01550), eq. 2",
    classifier: "linear",
    scale: 1,
    options: { gamma, tau },
    loss: (counts) => vectorScalingLoss(logitMultipliers(counts, { gamma }), logitOffsets(counts, { tau })),
    stages: plainStages,
  };
}
