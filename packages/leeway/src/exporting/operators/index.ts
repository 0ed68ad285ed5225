import type { Rule } from "../lowering.ts";
import { elementwiseRules } from "./elementwise.ts";
import { indexingRules } from "./indexing.ts";
import { layerRules } from "./layers.ts";
import { recurrentRules } from "./recurrent.ts";
import { reductionRules } from "./reductions.ts";
import { shapeRules } from "./shapes.ts";
import { sparseRules } from "./sparse.ts";

/** How every operator that our networks evaluate with is written in ONNX. A new one is a line in its table. */
export const rules: Readonly<Record<string, Rule>> = sparseRules({
  ...elementwiseRules,
  ...shapeRules,
  ...layerRules,
  ...reductionRules,
  ...indexingRules,
  ...recurrentRules,
});
