import { marginCrossEntropy, tensor, type Tensor } from "@leeway/torch";
import { expected } from "../errors.ts";
import { type Loss, requireFinite } from "./loss.ts";

/**
 * Vector scaling: cross entropy of logits that each class stretches and shifts in training, not at the test.
 *
 *     ℓ(z, y) = -log softmax(m ⊙ z + ι)_y
 *
 * @param multipliers m, length K; null for 1
 * @param offsets     ι, length K, in logits
 * @throws ArgumentError if there are fewer than two classes, the lengths differ or a number is not finite
 * @source Kini et al. 2021 (arXiv:2103.01550), eq. 2; with m = 1 and ι = τ log π the loss of
 *   Menon et al. 2021 (arXiv:2007.07314), eq. 10, and with τ = 1 the balanced softmax of
 *   Ren et al. 2020 (arXiv:2007.10740), eq. 3
 */
export function vectorScalingLoss(multipliers: Float64Array | null, offsets: Float64Array): Loss {
  const where = "vectorScalingLoss";
  const classes = offsets.length;
  if (classes < 2) throw expected(where, "offsets", "to be of at least 2 classes", classes);
  if (multipliers !== null && multipliers.length !== classes) {
    throw expected(
      where,
      "multipliers",
      `to be of ${classes} classes, as many as offsets has`,
      multipliers.length,
    );
  }
  if (multipliers !== null) requireFinite(where, "multipliers", multipliers);
  requireFinite(where, "offsets", offsets);
  return (logits, targets) => {
    const perClass = (values: Float64Array): Tensor => tensor(values, undefined, { dtype: logits.dtype }); // [K]
    return marginCrossEntropy(logits, targets, {
      multipliers: multipliers && perClass(multipliers),
      offsets: perClass(offsets),
    });
  };
}
