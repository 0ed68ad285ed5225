import {
  type ClassCounts,
  labelSmoothing,
  logitMultipliers,
  logitOffsets,
  uniformMargins,
} from "../imbalance/index.ts";
import {
  crossEntropyLoss,
  focalLoss,
  labelAwareSmoothingLoss,
  ldamLoss,
  type Loss,
  marginHingeLoss,
  multiMarginLoss,
  vectorScalingLoss,
} from "../losses/index.ts";
import { marginsFor } from "./margins.ts";
import type { MethodOptions } from "./options.ts";
import type { LossName } from "./parts.ts";

/** A loss as a composed method takes it. */
export interface LossPart {
  /** The name as printed. */
  readonly title: string;
  /** The last layer it is made for. */
  readonly classifier: "linear" | "cosine";
  /** Its parameters and their defaults. */
  readonly options: MethodOptions;
  /** Parameters it takes without a default. */
  readonly optional: readonly (keyof MethodOptions)[];
  /** @param options its own, all of them */
  readonly make: (counts: ClassCounts, options: MethodOptions) => Loss;
}

/** Every loss that a method can be composed with. The type holds the list to be whole. */
export const lossParts: Readonly<Record<LossName, LossPart>> = {
  "cross-entropy": plain("CE", {}, () => crossEntropyLoss()),
  focal: plain("Focal", { gamma: 1 }, (_, { gamma }) => focalLoss({ gamma: gamma! })),
  ldam: margined("LDAM", ldamLoss),
  "margin-hinge": margined("Hinge", marginHingeLoss),
  "multi-margin": margined("Multi-margin", multiMarginLoss),
  "logit-adjustment": plain("LA", { tau: 1 }, (counts, { tau }) =>
    vectorScalingLoss(null, logitOffsets(counts, { tau: tau! })),
  ),
  "balanced-softmax": plain("BS", {}, (counts) => vectorScalingLoss(null, logitOffsets(counts))),
  "vector-scaling": plain("VS", { gamma: 0.15, tau: 1.25 }, (counts, { gamma, tau }) =>
    vectorScalingLoss(logitMultipliers(counts, { gamma: gamma! }), logitOffsets(counts, { tau: tau! })),
  ),
  "label-aware-smoothing": plain(
    "LAS",
    { smoothHead: 0.3, smoothTail: 0 },
    (counts, { smoothHead, smoothTail }) =>
      labelAwareSmoothingLoss(labelSmoothing(counts, { head: smoothHead!, tail: smoothTail! })),
  ),
};

/** A loss of plain logits. */
function plain(title: string, options: MethodOptions, make: LossPart["make"]): LossPart {
  return { title, classifier: "linear", options, optional: [], make };
}

/** A loss of cosines with a margin a class. */
function margined(
  title: string,
  lossOf: (margins: Float64Array, options: { scale: number }) => Loss,
): LossPart {
  return {
    title,
    classifier: "cosine",
    options: { margins: "ldam", maxMargin: 0.5, scale: 30 },
    optional: ["testPrior"],
    make: (counts, options) => {
      const { margins, testPrior } = options;
      const [maxMargin, scale] = [options.maxMargin!, options.scale!];
      const each =
        margins === "uniform"
          ? uniformMargins(counts.length, maxMargin)
          : marginsFor(counts, { maxMargin, testPrior });
      return lossOf(each, { scale });
    },
  };
}
