import { op } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { clamp, div } from "./elementwise.ts";
import { norm } from "./reduction.ts";

/**
 * Batch normalisation over all dimensions but the second. In training the batch's own statistics are used
 * and the running ones updated in place.
 */
export const batchNorm = op<
  [
    input: Tensor,
    weight: Tensor | null,
    bias: Tensor | null,
    runningMean: Tensor | null,
    runningVar: Tensor | null,
    training: boolean,
    momentum: number,
    eps: number,
    cudnnEnabled: boolean,
  ],
  Tensor
>("aten::batch_norm");

/**
 * relu(batchNorm(input) + residual), the residual and the ReLU where they are wanted: two passes over memory forward and
 * two backward, where the operators one by one need six and eight. Statistics are summed in parts and joined in float64,
 * so that large batches lose nothing and every number of threads gives the same bits.
 *
 * For float32, bfloat16 and float64 on the CPU, [N, C, H, W] or [N, C]; elsewhere made of libtorch's operators.
 */
export const batchNormAct = op<BatchNormActArguments, Tensor>("leeway::batch_norm_act");

/**
 * {@link batchNormAct} with its result twice, in the same memory, for two uses: their gradients arrive apart and are
 * added in the passes that read them anyway, instead of in one of their own.
 */
export const batchNormActTwice = op<BatchNormActArguments, [Tensor, Tensor]>("leeway::batch_norm_act_twice");

type BatchNormActArguments = [
  input: Tensor,
  residual: Tensor | null,
  weight: Tensor,
  bias: Tensor,
  runningMean: Tensor,
  runningVar: Tensor,
  training: boolean,
  momentum: number,
  eps: number,
  relu: boolean,
];

/** input / max(‖input‖₂ along dim, eps): vectors of length 1. */
export function normalize(input: Tensor, dim: number, { eps = 1e-12 } = {}): Tensor {
  return div(input, clamp(norm(input, dim, { keepdim: true }), { min: eps }));
}

/** Layer normalisation over the last dimensions, which are `normalizedShape`: each example to mean 0 and variance 1. */
export const layerNorm = op<
  [
    input: Tensor,
    normalizedShape: readonly number[],
    weight: Tensor | null,
    bias: Tensor | null,
    eps: number,
  ],
  Tensor
>("aten::layer_norm");

/**
 * relu(layerNorm(input + added)) over the last dimension, the bias before and the ReLU after where they are wanted: one
 * pass over the rows forward and one backward. The result has the input's dtype.
 *
 * For float32, bfloat16 and float64 on the CPU, with parameters in float32, or float64 as the input; elsewhere made of
 * libtorch's operators. Every number of threads gives the same bits.
 */
export const layerNormAct = op<
  [input: Tensor, added: Tensor | null, weight: Tensor, bias: Tensor, eps: number, relu: boolean],
  Tensor
>("leeway::layer_norm_act");
