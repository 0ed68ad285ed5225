import { ldamLoss } from "../losses/index.ts";
import { marginsFor, recordedPrior } from "./margins.ts";
import type { Method } from "./method.ts";
import type { MethodOptions } from "./options.ts";
import { plainStages } from "./stages.ts";

/** Label-distribution-aware margins alone: the rarer the class, the wider its margin. */
export function ldam({
  maxMargin = 0.5,
  scale = 30,
  testPrior,
}: Pick<MethodOptions, "maxMargin" | "scale" | "testPrior"> = {}): Method {
  return {
    name: "ldam",
    title: "LDAM",
    summary: "cosine logits with wider margins for rarer classes",
    source: "Cao et al. 2019 (arXiv:1906.07413v2), eqs. 12-13",
    classifier: "cosine",
    scale,
    options: { maxMargin, scale, ...recordedPrior(testPrior) },
    optional: ["testPrior"],
    loss: (counts) => ldamLoss(marginsFor(counts, { maxMargin, testPrior }), { scale }),
    stages: plainStages,
  };
}
