import { marginCrossEntropy, tensor } from "@leeway/torch";
import { type Loss, requireMargins } from "./loss.ts";

/**
 * LDAM: cross entropy after the true class's logit has been lowered by its margin.
 *
 *     ℓ(z, y) = -log  e^{s(z_y - Δ_y)} / ( e^{s(z_y - Δ_y)} + Σ_{j≠y} e^{s z_j} )
 *
 * Expects cosine logits in [-1, 1], as the cosine classifier makes them; that is why `scale` exists.
 *
 * @param margins Δ, length K; see `ldamMargins`
 * @param scale   s; not in the paper, 30 in the authors' code; above 0
 * @throws ArgumentError if there are fewer than two classes, a margin is not finite or `scale` is not above 0
 * @source Cao et al. 2019 (arXiv:1906.07413v2), eq. 12
 */
export function ldamLoss(margins: Float64Array, { scale = 30 } = {}): Loss {
  requireMargins("ldamLoss", margins, { scale });
  const scaled = margins.map((margin) => scale * margin);
  return (logits, targets) => {
    // Made anew in every call, which costs microseconds: a loss then holds no memory of libtorch's.
    const delta = tensor(scaled, undefined, { dtype: logits.dtype }); // [K]
    return marginCrossEntropy(logits, targets, { scale, margins: delta });
  };
}
