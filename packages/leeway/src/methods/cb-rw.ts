import { effectiveNumberWeights } from "../imbalance/index.ts";
import { crossEntropyLoss } from "../losses/index.ts";
import type { Method } from "./method.ts";
import type { MethodOptions } from "./options.ts";
import { weightedStages } from "./stages.ts";

/** Class-balanced re-weighting: every example counts for one over its class's effective number. */
export function cbRw({ beta = 0.9999 }: Pick<MethodOptions, "beta"> = {}): Method {
  return {
    name: "cb-rw",
    title: "CB-RW",
    summary: "cross entropy, classes weighted by one over their effective number",
    source: "Cui et al. 2019 (arXiv:1901.05555), eq. 3",
    classifier: "linear",
    scale: 1,
    options: { beta },
    loss: () => crossEntropyLoss(),
    stages: (counts) => weightedStages(counts, effectiveNumberWeights(counts, { beta })),
  };
}
