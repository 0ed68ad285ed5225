import { focalLoss } from "../losses/index.ts";
import type { Method } from "./method.ts";
import type { MethodOptions } from "./options.ts";
import { plainStages } from "./stages.ts";

/** Focal loss alone: examples the network is sure of count less. */
export function focal({ gamma = 1 }: Pick<MethodOptions, "gamma"> = {}): Method {
  return {
    name: "focal",
    title: "Focal",
    summary: "cross entropy in which examples the network is sure of count less",
    source: "Lin et al. 2017 (arXiv:1708.02002), eq. 4",
    classifier: "linear",
    scale: 1,
    options: { gamma },
    loss: () => focalLoss({ gamma }),
    stages: plainStages,
  };
}
