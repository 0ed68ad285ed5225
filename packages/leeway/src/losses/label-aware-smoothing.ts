import { indexSelect, logSoftmax, oneHot, tensor } from "@leeway/torch";
import { expected } from "../errors.ts";
import type { Loss } from "./loss.ts";

/**
 * Label-aware smoothing: cross entropy with a target that leaves some probability to the other classes, each class
 * its own share.
 *
 *     ℓ(z, y) = -Σ_j q_j log softmax(z)_j,   q_y = 1 - ε_y,   q_j = ε_y / (K - 1) for j ≠ y
 *
 * The authors' code spreads ε_y over all K classes, the true one included; we follow the paper.
 *
 * @param smoothing ε, length K, each in [0, 1); see `labelSmoothing`. All 0 is cross entropy
 * @throws ArgumentError if there are fewer than two classes or an ε is outside [0, 1)
 * @source Zhong et al. 2021 (arXiv:2104.00466), section 3.2
 */
export function labelAwareSmoothingLoss(smoothing: Float64Array): Loss {
  const classes = smoothing.length;
  if (classes < 2)
    throw expected("labelAwareSmoothingLoss", "smoothing", "to be of at least 2 classes", classes);
  smoothing.forEach((epsilon, j) => {
    if (epsilon >= 0 && epsilon < 1) return;
    throw expected("labelAwareSmoothingLoss", `smoothing[${j}]`, "to be in [0, 1)", epsilon);
  });
  return (logits, targets) => {
    const { dtype, device } = logits;
    const epsilon = indexSelect(tensor(smoothing, [classes], { dtype, device }), 0, targets); // [N]
    const logs = logSoftmax(logits, 1); // [N, K]
    const own = logs.mul(oneHot(targets, classes).to({ dtype })).sum({ dim: 1 }); // [N]: log p_y
    const others = logs
      .sum({ dim: 1 })
      .sub(own)
      .div(classes - 1); // [N]: mean log p_j of j ≠ y
    return own.add(others.sub(own).mul(epsilon)).neg();
  };
}
