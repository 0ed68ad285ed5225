import { crossEntropyLoss } from "../losses/index.ts";
import type { Method } from "./method.ts";
import { plainStages } from "./stages.ts";

/** Empirical risk minimisation: cross entropy, every example counts the same. The baseline of every table. */
export function erm(): Method {
  return {
    name: "erm",
    title: "ERM",
    summary: "cross entropy, every example counts the same",
    source: "the baseline of Cao et al. 2019 (arXiv:1906.07413v2), section 4",
    classifier: "linear",
    scale: 1,
    options: {},
    loss: () => crossEntropyLoss(),
    stages: plainStages,
  };
}
