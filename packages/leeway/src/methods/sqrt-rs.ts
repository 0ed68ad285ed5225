import { squareRootWeights } from "../imbalance/index.ts";
import { crossEntropyLoss } from "../losses/index.ts";
import type { Method } from "./method.ts";
import { sampledStages } from "./stages.ts";

/** Square-root sampling: a class is drawn by the square root of its size, half way between plain and RS. */
export function sqrtRs(): Method {
  return {
    name: "sqrt-rs",
    title: "Sqrt-RS",
    summary: "cross entropy, classes drawn by the square root of their size",
    source: "Mahajan et al. 2018 (arXiv:1805.00932); Kang et al. 2020 (arXiv:1910.09217), eq. 1 with q = 1/2",
    classifier: "linear",
    scale: 1,
    options: {},
    loss: () => crossEntropyLoss(),
    stages: (counts) => sampledStages(counts, squareRootWeights(counts)),
  };
}
