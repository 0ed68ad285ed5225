import { oneHot, relu, tensor } from "@leeway/torch";
import { type Loss, requireMargins } from "./loss.ts";

/**
 * The hinge of every other class, with one margin a class: PyTorch's `MultiMarginLoss` with Δ_y in place of
 * its one margin.
 *
 *     ℓ(z, y) = s · 1/K · Σ_{j≠y} max( z_j - z_y + Δ_y, 0 )
 *
 * Zero where the margin hinge is, but each class nearer than the margin is pushed away, not the nearest alone.
 *
 * @param margins Δ, length K
 * @param scale   s; only the size of the gradient; above 0
 * @throws ArgumentError if there are fewer than two classes, a margin is not finite or `scale` is not above 0
 * @source Weston & Watkins 1999, "Support vector machines for multi-class pattern recognition" (ESANN); with 1/K in
 *   https://pytorch.org/docs/stable/generated/torch.nn.MultiMarginLoss.html
 */
export function multiMarginLoss(margins: Float64Array, { scale = 30 } = {}): Loss {
  requireMargins("multiMarginLoss", margins, { scale });
  return (logits, targets) => {
    const { dtype, device } = logits;
    const delta = tensor(margins, [margins.length], { dtype, device }); // [K]
    const own = oneHot(targets, margins.length).to({ dtype }); // [N, K]
    const needed = own.mul(delta.sub(logits)).sum({ dim: 1, keepdim: true }); // Δ_y - z_y, [N, 1]
    const rivals = logits.sub(own.mul(1e9)); // the true class lacks nothing
    return relu(rivals.add(needed))
      .sum({ dim: 1 })
      .mul(scale / margins.length);
  };
}
