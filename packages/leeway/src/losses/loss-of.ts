import { oneHot, tensor, type Tensor } from "@leeway/torch";
import type { LossSpec } from "../methods/index.ts";
import { crossEntropyLoss } from "./cross-entropy.ts";
import { focalLoss } from "./focal.ts";
import { gaussianCloudLoss } from "./gaussian-cloud.ts";
import { labelAwareSmoothingLoss } from "./label-aware-smoothing.ts";
import { labelSmoothed } from "./label-smoothing.ts";
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
      return smoothed(crossEntropyLoss(spec), spec, (logits) => logits.mul(spec.scale));
    case "focal":
      return scaled(focalLoss(spec), spec.scale);
    case "ldam":
      return smoothed(ldamLoss(spec.margins, spec), spec, (logits, targets) => {
        const margins = oneHot(targets, spec.margins.length).mul(perClass(spec.margins, logits)); // [N, K]
        return logits.sub(margins).mul(spec.scale);
      });
    case "margin-hinge":
      return marginHingeLoss(spec.margins, spec);
    case "multi-margin":
      return multiMarginLoss(spec.margins, spec);
    case "vector-scaling":
      return smoothed(
        scaled(vectorScalingLoss(spec.multipliers, spec.offsets), spec.scale),
        spec,
        (logits) => {
          const stretched =
            spec.multipliers === null ? logits : logits.mul(perClass(spec.multipliers, logits));
          return stretched.mul(spec.scale).add(perClass(spec.offsets, logits));
        },
      );
    case "label-aware-smoothing":
      return scaled(labelAwareSmoothingLoss(spec.smoothing), spec.scale);
    case "gaussian-cloud":
      return gaussianCloudLoss(spec.clouds, spec);
  }
}

/** A loss with its spec's label smoothing. */
function smoothed(
  loss: Loss,
  { labelSmoothing = 0 }: { readonly labelSmoothing?: number },
  logitsOf: (logits: Tensor, targets: Tensor) => Tensor,
): Loss {
  return labelSmoothed(loss, labelSmoothing, logitsOf);
}

/** Numbers of the classes, [K], as logits are. */
function perClass(values: Float64Array, { dtype, device }: Tensor): Tensor {
  return tensor(values, undefined, { dtype, device });
}

/** A loss of s · z. */
function scaled(loss: Loss, scale: number): Loss {
  return scale === 1 ? loss : (logits, targets) => loss(logits.mul(scale), targets);
}
