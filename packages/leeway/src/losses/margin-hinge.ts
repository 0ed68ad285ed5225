import { max, oneHot, relu, tensor } from "@leeway/torch";
import { type Loss, requireMargins } from "./loss.ts";

/**
 * The multi-class hinge with one margin a class, LDAM's original form:
 *
 *     ℓ(z, y) = s · max( max_{j≠y} z_j - z_y + Δ_y, 0 )
 *
 * Zero exactly where the margin z_y - max_{j≠y} z_j is at least Δ_y. With equal margins it is the plain hinge
 * of the paper's HG. It hardly trains with a hundred classes.
 *
 * @param margins Δ, length K
 * @param scale   s; only the size of the gradient, so that a recipe made for LDAM's scale fits; above 0
 * @throws ArgumentError if there are fewer than two classes, a margin is not finite or `scale` is not above 0
 * @source Cao et al. 2019 (arXiv:1906.07413v2), eq. 10
 */
export function marginHingeLoss(margins: Float64Array, { scale = 30 } = {}): Loss {
  requireMargins("marginHingeLoss", margins, { scale });
  return (logits, targets) => {
    const { dtype, device } = logits;
    const delta = tensor(margins, [margins.length], { dtype, device }); // [K]
    const own = oneHot(targets, margins.length).to({ dtype }); // [N, K]
    const rival = max(logits.sub(own.mul(1e9)), 1).values; // [N]: the true class is out of reach
    const target = logits.mul(own).sum({ dim: 1 });
    const margin = own.mul(delta).sum({ dim: 1 });
    return relu(rival.sub(target).add(margin)).mul(scale);
  };
}
