import { op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

/** Logarithms of the softmax along `dim`. */
export const logSoftmax = op<[input: Tensor, dim: number], Tensor>("aten::log_softmax.int");
/** e^z_j / Σ_k e^z_k along `dim`. */
export const softmax = op<[input: Tensor, dim: number], Tensor>("aten::softmax.int");
/** log Σ_k e^z_k over `dims`. */
export const logSumExp = op<[input: Tensor, dims: readonly number[]], Tensor>("aten::logsumexp");

const reductions = { none: 0, mean: 1, sum: 2 } as const;
const crossEntropyOp = op<[Tensor, Tensor, Tensor | null, number, number, number], Tensor>(
  "aten::cross_entropy_loss",
);

/**
 * -log softmax(logits)[target]: logits [N, K], targets [N] int64.
 *
 * @param weight one weight a class, [K]; with reduction "mean" the sum of weights divides
 * @returns [N] where reduction is "none", else a scalar
 */
export function crossEntropy(
  logits: Tensor,
  targets: Tensor,
  {
    weight = null,
    reduction = "mean",
    labelSmoothing = 0,
  }: { weight?: Tensor | null; reduction?: keyof typeof reductions; labelSmoothing?: number } = {},
): Tensor {
  return crossEntropyOp(logits, targets, weight, reductions[reduction], -100, labelSmoothing);
}

const marginCrossEntropyOp = op<
  [Tensor, Tensor, Tensor | null, Tensor | null, Tensor | null, number],
  Tensor
>("leeway::margin_cross_entropy");

/**
 * Cross entropy of logits that each class stretches and shifts, with a margin for the true class:
 *
 *     ℓ(z, y) = -log softmax(s · m ⊙ z + ι - Δ_y e_y)_y,   e_y the unit vector of class y
 *
 * One pass over the logits before the softmax and one after it, for float32 and float64 on the CPU; elsewhere made of
 * libtorch's operators.
 *
 * @param logits      z, [N, K]
 * @param targets     y, [N] int64
 * @param scale       s
 * @param multipliers m, [K]; 1 by default
 * @param offsets     ι, [K]; 0 by default
 * @param margins     Δ, [K], in units of the scaled logits; 0 by default
 * @returns [N]
 * @throws TorchError for a target that is no class, or numbers that are not of K classes
 */
export function marginCrossEntropy(
  logits: Tensor,
  targets: Tensor,
  {
    scale = 1,
    multipliers = null,
    offsets = null,
    margins = null,
  }: {
    scale?: number;
    multipliers?: Tensor | null;
    offsets?: Tensor | null;
    margins?: Tensor | null;
  } = {},
): Tensor {
  return marginCrossEntropyOp(logits, targets, multipliers, offsets, margins, scale);
}
