import { op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

type Pair = readonly [number, number];

const convolve = op<
  [Tensor, Tensor, Tensor | null, number | Pair, number | Pair, number | Pair, number],
  Tensor
>("leeway::conv2d");

/**
 * Two-dimensional convolution: [N, C, H, W] with weight [O, C / groups, kH, kW] gives [N, O, H', W'].
 *
 * Fastest where input and weight lie as channels_last.
 */
export function conv2d(
  input: Tensor,
  weight: Tensor,
  {
    bias = null,
    stride = 1,
    padding = 0,
    dilation = 1,
    groups = 1,
  }: {
    bias?: Tensor | null;
    stride?: number | Pair;
    padding?: number | Pair;
    dilation?: number | Pair;
    groups?: number;
  } = {},
): Tensor {
  return convolve(input, weight, bias, stride, padding, dilation, groups);
}
