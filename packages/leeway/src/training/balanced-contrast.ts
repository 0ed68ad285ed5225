import {
  arange,
  cat,
  eq,
  type Generator,
  log,
  logSumExp,
  maskedFill,
  matmul,
  oneHot,
  type Tensor,
  transpose,
} from "@leeway/torch";
import type { Contrast } from "../methods/index.ts";
import type { ClassifierLayer, Model } from "../models/index.ts";
import { ContrastiveBranch, Projection, type ViewTargets } from "./contrastive-branch.ts";

/**
 * BCL: further views are told apart from those of other classes in the batch, in which each class counts the same, and
 * has a centre, so that none is missing: what a second projection makes of its weights in the last layer.
 *
 * @source Zhu et al. 2022 (CVPR, Balanced Contrastive Learning), and the authors' code
 */
export class BalancedContrast extends ContrastiveBranch {
  readonly centres: Projection;
  readonly #classifier: ClassifierLayer;

  constructor(model: Model, contrast: Contrast, generator: Generator) {
    super(model, contrast, generator);
    const features = model.classifier.weight.shape[1]!;
    this.centres = this.child("centres", new Projection(features, contrast.sizes, generator));
    this.#classifier = model.classifier; // of the network, and no part of this
  }

  beginEpoch(): void {
    // Nothing of it is of one epoch.
  }

  protected losses(points: Tensor, { targets }: ViewTargets): Tensor {
    const centres = this.centres.forward(this.#classifier.weight); // [K, d]
    return balancedContrast(points, centres, { targets, ...this.contrast });
  }
}

/**
 * The balanced contrastive loss of points on a sphere: with A_j the points and the centre of class j, and i itself left
 * out,
 *
 *     ℓ_i = -1/|A_{y_i}| Σ_{p ∈ A_{y_i}} log  e^{⟨z_i, z_p⟩ / T} / Σ_j 1/|A_j| Σ_{a ∈ A_j} e^{⟨z_i, z_a⟩ / T}
 *
 * @param points      z, [N, d]
 * @param centres     [K, d], one for each class
 * @param targets     [N] int64
 * @param temperature T
 * @returns [N]
 * @source Zhu et al. 2022 (CVPR, Balanced Contrastive Learning), class-averaging and class-complement
 */
export function balancedContrast(
  points: Tensor,
  centres: Tensor,
  { targets, temperature }: { readonly targets: Tensor; readonly temperature: number },
): Tensor {
  const [count, classes] = [points.shape[0]!, centres.shape[0]!];
  const { dtype, device } = points;
  const all = cat([points, centres], 0); // [M, d]
  const labels = cat([targets, arange(classes, { device })], 0);
  const ofClass = oneHot(labels, classes).to({ dtype }); // [M, K]
  const places = arange(count + classes, { device });
  const itself = eq(arange(count, { device }).reshape([-1, 1]), places.reshape([1, -1])); // [N, M] bool
  const same = eq(targets.reshape([-1, 1]), labels.reshape([1, -1])).to({ dtype });
  const positive = same.sub(itself.to({ dtype })); // [N, M]
  const sizes = matmul(ofClass, ofClass.sum({ dim: 0 }).reshape([-1, 1]))
    .reshape([1, -1])
    .sub(positive);
  const similarities = matmul(points, transpose(all, 0, 1)).div(temperature); // [N, M]
  const averaged = maskedFill(similarities.sub(log(sizes)), itself, -Infinity);
  const logs = similarities.sub(logSumExp(averaged, [1]).reshape([-1, 1]));
  return positive
    .mul(logs)
    .sum({ dim: 1 })
    .div(positive.sum({ dim: 1 }))
    .neg();
}
