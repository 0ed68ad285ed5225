import { expected } from "../errors.ts";
import { permutation, type Random } from "../random.ts";

/** How much of each example stays, and where in an image the rest is, if not everywhere. */
export interface Blend {
  /** λ, in [0, 1], one for the whole batch: the share of an example that stays, and of its target. */
  readonly lambda: number;
  /** The piece that is replaced; absent where all of an example becomes λ times itself plus 1 - λ times another. */
  readonly piece?: Piece;
}

/** A part of an image, in pixels: rows from `top` to before `bottom`, columns from `left` to before `right`. */
export interface Piece {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** How a batch is mixed with itself: example i with example `partners[i]`. */
export interface Mix extends Blend {
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
  requireAlpha("drawMix", alpha);
  return { lambda: beta(alpha, from), partners: permutation(length, from) };
}

/**
 * Draws a piece of images: 1 - λ' of their area with λ' from Beta(α, α), its middle anywhere, cut off at the border. λ is
 * what is left of the area.
 *
 * @param alpha α, above 0; 1 draws λ' evenly
 * @throws ArgumentError if alpha is not above 0
 * @source Yun et al. 2019 (arXiv:1905.04899), section 3.1, and the authors' code, which rounds and cuts off like this
 */
export function drawPiece(
  { height, width }: { readonly height: number; readonly width: number },
  alpha: number,
  from: Random,
): Required<Blend> {
  requireAlpha("drawPiece", alpha);
  const side = Math.sqrt(1 - beta(alpha, from)); // as a share of the image's
  const [top, bottom] = span(height, side, from);
  const [left, right] = span(width, side, from);
  const area = (bottom - top) * (right - left);
  return { lambda: 1 - area / (height * width), piece: { top, bottom, left, right } };
}

/** A stretch of about `share` of `length`, its middle anywhere, cut off at the ends. */
function span(length: number, share: number, from: Random): readonly [start: number, end: number] {
  const half = Math.floor(Math.floor(length * share) / 2);
  const middle = from.below(length);
  return [Math.max(0, middle - half), Math.min(length, middle + half)];
}

function requireAlpha(where: string, alpha: number): void {
  if (!(alpha > 0 && alpha <= 8)) throw expected(where, "alpha", "to be above 0 and at most 8", alpha);
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
