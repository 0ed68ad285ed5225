import { ldamMargins } from "../imbalance/index.ts";
import { ldamLoss } from "../losses/index.ts";
import type { Method, MethodOptions } from "./method.ts";
import { plainStages } from "./stages.ts";

/** Label-distribution-aware margins alone: the rarer the class, the wider its margin. */
export function ldam({
  maxMargin = 0.5,
  scale = 30,
}: Pick<MethodOptions, "maxMargin" | "scale"> = {}): Method {
  return {
    name: "ldam",
    title: "LDAM",
    summary: "cosine logits with wider margins for rarer classes",
    source: "Cao et al. 2019 (arXiv:1906.07413v2), eqs. 12-13",
    classifier: "cosine",
    scale,
    options: { maxMargin, scale },
    loss: (counts) => ldamLoss(ldamMargins(counts, { maxMargin }), { scale }),
    stages: plainStages,
  };
}
