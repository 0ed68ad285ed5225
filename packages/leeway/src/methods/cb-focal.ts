import { effectiveNumberWeights } from "../imbalance/index.ts";
import { focalLoss } from "../losses/index.ts";
import type { Method } from "./method.ts";
import type { MethodOptions } from "./options.ts";
import { weightedStages } from "./stages.ts";

/** Class-balanced focal loss: focal loss under weights of one over the effective number. */
export function cbFocal({ gamma = 1, beta = 0.9999 }: Pick<MethodOptions, "gamma" | "beta"> = {}): Method {
  return {
    name: "cb-focal",
    title: "CB-Focal",
    summary: "focal loss, classes weighted by one over their effective number",
    source: "Cui et al. 2019 (arXiv:1901.05555), section 4.3",
    classifier: "linear",
    scale: 1,
    options: { gamma, beta },
    loss: () => focalLoss({ gamma }),
    stages: (counts) => weightedStages(counts, effectiveNumberWeights(counts, { beta })),
  };
}
