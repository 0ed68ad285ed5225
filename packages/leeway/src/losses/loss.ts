import { indexSelect, type Tensor } from "@leeway/torch";
import { expected } from "../errors.ts";

/**
 * A loss gives one unweighted value per example: logits [N, K] and targets [N] int64 to [N].
 *
 * Weights of classes and examples are applied outside, once for all losses, by {@link weightedMean}.
 */
export type Loss = (logits: Tensor, targets: Tensor) => Tensor;

/**
 * Σ_i w_i ℓ_i / Σ_i w_i with w_i = r_i c_{y_i}: the mean of a batch in which each example counts for its own weight times
 * its class's.
 *
 * @param losses [N]
 * @param targets [N] int64
 * @param classWeights c [K], or null where all classes count the same
 * @param rowWeights r [N], of the batch's examples; by default all count the same
 * @param total      Σ w over a larger batch, of which these examples are a part: what is returned is their part of its
 *   mean. By default that of these examples
 */
export function weightedMean(
  losses: Tensor,
  targets: Tensor,
  classWeights: Tensor | null,
  {
    rowWeights = null,
    total = null,
  }: { readonly rowWeights?: Tensor | null; readonly total?: number | null } = {},
): Tensor {
  const byClass = classWeights && indexSelect(classWeights, 0, targets); // [N]
  const weights = byClass && rowWeights ? byClass.mul(rowWeights) : (byClass ?? rowWeights);
  if (total !== null) return (weights === null ? losses : losses.mul(weights)).sum().div(total);
  return weights === null ? losses.mean() : meanOf(losses, weights);
}

function meanOf(losses: Tensor, weights: Tensor): Tensor {
  return losses.mul(weights).sum().div(weights.sum());
}

/**
 * Checks margins, one for each class, and the scale of a loss that has them.
 *
 * @throws ArgumentError if there are fewer than two margins, one is not finite or `scale` is not above 0
 */
export function requireMargins(
  where: string,
  margins: Float64Array,
  { scale }: { readonly scale: number },
): void {
  if (!(scale > 0 && scale < Infinity)) throw expected(where, "scale", "to be above 0", scale);
  if (margins.length < 2) throw expected(where, "margins", "to be of at least 2 classes", margins.length);
  requireFinite(where, "margins", margins);
}

/** @throws ArgumentError naming the first number that is not finite */
export function requireFinite(where: string, name: string, values: Float64Array): void {
  values.forEach((value, j) => {
    if (!Number.isFinite(value)) throw expected(where, `${name}[${j}]`, "to be finite", value);
  });
}
