import { abs, clamp, marginCrossEntropy, randn, tensor } from "@leeway/torch";
import { expected } from "../errors.ts";
import { type Loss, requireFinite } from "./loss.ts";

/** Standard deviation of the noise; it is cut off at 1. */
const deviation = 1 / 3;

/**
 * Gaussian clouds: every logit is lowered by noise, that of a rare class by more, and the true class's by a margin.
 *
 *     ℓ(z, y) = -log softmax(s · (z - δ ⊙ |ε| - Δ e_y))_y,   ε_j ~ N(0, 1/9) in [-1, 1], drawn anew for each example
 *
 * Expects cosine logits in [-1, 1]. The noise is drawn from libtorch's default generator, also where a loss is only
 * measured.
 *
 * @param clouds δ, length K; see `logitClouds`. All 0 is LDAM with one margin for all classes
 * @param margin Δ, at least 0
 * @param scale  s, above 0
 * @throws ArgumentError if there are fewer than two classes or a number is out of its range
 * @source Li et al. 2022 (CVPR, Gaussian clouded logit adjustment), eqs. 9 to 11, and the authors' code, whose margin,
 *   scale and noise of the first stage these are
 */
export function gaussianCloudLoss(
  clouds: Float64Array,
  { margin = 0.5, scale = 30 }: { readonly margin?: number; readonly scale?: number } = {},
): Loss {
  const where = "gaussianCloudLoss";
  const classes = clouds.length;
  if (classes < 2) throw expected(where, "clouds", "to be of at least 2 classes", classes);
  requireFinite(where, "clouds", clouds);
  if (!(margin >= 0 && margin < Infinity)) throw expected(where, "margin", "to be at least 0", margin);
  if (!(scale > 0 && scale < Infinity)) throw expected(where, "scale", "to be above 0", scale);
  const margins = new Float64Array(classes).fill(scale * margin);
  const isClouded = clouds.some((size) => size !== 0);
  return (logits, targets) => {
    const { dtype, device, shape } = logits;
    const delta = tensor(margins, undefined, { dtype, device }); // [K]
    if (!isClouded) return marginCrossEntropy(logits, targets, { scale, margins: delta });
    const noise = clamp(abs(randn(shape, { dtype, device }).mul(deviation)), { max: 1 }); // [N, K]
    const moved = logits.sub(noise.mul(tensor(clouds, undefined, { dtype, device })));
    return marginCrossEntropy(moved, targets, { scale, margins: delta });
  };
}
