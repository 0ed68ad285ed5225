import { expected } from "../errors.ts";
import { permutation, type Random } from "../random.ts";

/** How a batch is mixed with itself: example i becomes λ · x_i + (1 - λ) · x_{partners[i]}. */
export interface Mix {
  /** λ, in [0, 1], one for the whole batch. */
  readonly lambda: number;
  /** [N], a permutation of the batch. */
  readonly partners: Uint32Array;
}

/**
 * Draws a mix of a batch of `length`: λ from Beta(α, α), partners at random.
 *
 * @param alpha α, above 0; 1 draws λ evenly, less leaves most examples nearly whole
 * @throws ArgumentError if alpha is not above 0
 * @source Zhang et al. 2018 (arXiv:1710.09412), section 2
 */
export function drawMix(length: number, alpha: number, from: Random): Mix {
  if (!(alpha > 0 && alpha <= 8)) throw expected("drawMix", "alpha", "to be above 0 and at most 8", alpha);
  return { lambda: beta(alpha, from), partners: permutation(length, from) };
}

/** Beta(α, α) by Jöhnk's rejection: fine for the small α of mixup, slow for large ones. */
function beta(alpha: number, from: Random): number {
  for (;;) {
    // In logarithms, since powers of 1/α underflow for a small α.
    const x = Math.log(from.uniform()) / alpha;
    const y = Math.log(from.uniform()) / alpha;
    const max = Math.max(x, y);
    if (max === -Infinity) continue;
    const logSum = max + Math.log(Math.exp(x - max) + Math.exp(y - max));
    if (logSum <= 0) return Math.exp(x - logSum);
  }
}
