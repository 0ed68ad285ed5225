import type { LossSpec } from "../methods/index.ts";
import { crossEntropyLoss } from "./cross-entropy.ts";
import { focalLoss } from "./focal.ts";
import { gaussianCloudLoss } from "./gaussian-cloud.ts";
import { labelAwareSmoothingLoss } from "./label-aware-smoothing.ts";
import { ldamLoss } from "./ldam.ts";
import type { Loss } from "./loss.ts";
import { marginHingeLoss } from "./margin-hinge.ts";
import { multiMarginLoss } from "./multi-margin.ts";
import { vectorScalingLoss } from "./vector-scaling.ts";

/**
 * The loss that a method's stage describes.
 *
 * @throws ArgumentError if a number of it is out of its range
 */
export function lossOf(spec: LossSpec): Loss {
  switch (spec.kind) {
    case "cross-entropy":
      return crossEntropyLoss(spec);
    case "focal":
      return scaled(focalLoss(spec), spec.scale);
    case "ldam":
      return ldamLoss(spec.margins, spec);
    case "margin-hinge":
      return marginHingeLoss(spec.margins, spec);
    case "multi-margin":
      return multiMarginLoss(spec.margins, spec);
    case "vector-scaling":
      return scaled(vectorScalingLoss(spec.multipliers, spec.offsets), spec.scale);
    case "label-aware-smoothing":
      return scaled(labelAwareSmoothingLoss(spec.smoothing), spec.scale);
    case "gaussian-cloud":
      return gaussianCloudLoss(spec.clouds, spec);
  }
}

/** A loss of s · z. */
function scaled(loss: Loss, scale: number): Loss {
  return scale === 1 ? loss : (logits, targets) => loss(logits.mul(scale), targets);
}
