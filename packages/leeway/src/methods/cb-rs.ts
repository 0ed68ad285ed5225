import { effectiveNumberWeights } from "../imbalance/index.ts";
import { crossEntropyLoss } from "../losses/index.ts";
import type { Method } from "./method.ts";
import type { MethodOptions } from "./options.ts";
import { sampledStages } from "./stages.ts";

/** Class-balanced re-sampling: an example is drawn with odds of one over its class's effective number. */
export function cbRs({ beta = 0.9999 }: Pick<MethodOptions, "beta"> = {}): Method {
  return {
    name: "cb-rs",
    title: "CB-RS",
    summary: "cross entropy, examples drawn by one over their class's effective number",
    source:
      "Cui et al. 2019 (arXiv:1901.05555), as a sampler in Cao et al. 2019 (arXiv:1906.07413v2), section 4",
    classifier: "linear",
    scale: 1,
    options: { beta },
    loss: () => crossEntropyLoss(),
    stages: (counts) => sampledStages(counts, effectiveNumberWeights(counts, { beta })),
  };
}
