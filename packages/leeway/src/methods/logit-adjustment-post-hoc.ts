import { crossEntropyLoss } from "../losses/index.ts";
import type { Method } from "./method.ts";
import type { MethodOptions } from "./options.ts";
import { plainStages } from "./stages.ts";

/** Post-hoc logit adjustment: plain training, then what class frequencies added to the logits is taken off. */
export function logitAdjustmentPostHoc({ tau = 1 }: Pick<MethodOptions, "tau"> = {}): Method {
  return {
    name: "logit-adjustment-post-hoc",
    title: "LA post-hoc",
    summary: "plain cross entropy; τ log π_j is taken off the logits when they are read",
    source: "Menon et al. 2021 (arXiv:2007.07314), eq. 9",
    classifier: "linear",
    scale: 1,
    options: { tau },
    posthoc: { priorTau: tau },
    loss: () => crossEntropyLoss(),
    stages: plainStages,
  };
}
