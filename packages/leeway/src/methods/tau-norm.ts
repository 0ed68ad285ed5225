import { crossEntropyLoss } from "../losses/index.ts";
import type { Method } from "./method.ts";
import type { MethodOptions } from "./options.ts";
import { plainStages } from "./stages.ts";

/** τ-normalisation: plain training, then every class's weight vector is shortened towards one length. */
export function tauNorm({ tau = 1 }: Pick<MethodOptions, "tau"> = {}): Method {
  return {
    name: "tau-norm",
    title: "τ-norm",
    summary: "plain cross entropy; logits are divided by ‖w_j‖^τ when they are read",
    source: "Kang et al. 2020 (arXiv:1910.09217), eq. 4",
    classifier: "linear",
    scale: 1,
    options: { tau },
    posthoc: { normTau: tau },
    loss: () => crossEntropyLoss(),
    stages: plainStages,
  };
}
