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
