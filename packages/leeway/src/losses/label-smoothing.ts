import { oneHot, type Tensor } from "@leeway/torch";
import { expected } from "../errors.ts";
import type { Loss } from "./loss.ts";

/**
 * Label smoothing of a loss that is the cross entropy of some logits u, such as margins or class frequencies make of z:
 * all classes divide ε of the target.
 *
 *     ℓ_ε(z, y) = -Σ_j q_j log softmax(u)_j,   q_j = (1 - ε) [j = y] + ε / K
 *               = ℓ(z, y) + ε (u_y - mean_j u_j)
 *
 * Class weights belong outside, in `weightedMean`: an example has its own class's weight. PyTorch's `CrossEntropyLoss`
 * weighs each term of the sum by the class j instead, so that a rare class's weight also pulls up its logit for examples
 * of others.
 *
 * @param epsilon ε, in [0, 1); 0 is the loss itself
 * @param logitsOf u of logits and targets, [N, K]
 * @throws ArgumentError if ε is outside [0, 1)
 * @source Szegedy et al. 2016 (arXiv:1512.00567), section 7
 */
export function labelSmoothed(
  loss: Loss,
  epsilon: number,
  logitsOf: (logits: Tensor, targets: Tensor) => Tensor,
): Loss {
  if (!(epsilon >= 0 && epsilon < 1)) throw expected("labelSmoothed", "epsilon", "to be in [0, 1)", epsilon);
  if (epsilon === 0) return loss;
  return (logits, targets) => {
    const moved = logitsOf(logits, targets); // [N, K]
    const [, classes] = moved.shape as [number, number];
    const own = moved.mul(oneHot(targets, classes).to({ dtype: moved.dtype })).sum({ dim: 1 }); // [N]: u_y
    return loss(logits, targets).add(own.sub(moved.sum({ dim: 1 }).div(classes)).mul(epsilon));
  };
}
