import { op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

const averagePool = op<[Tensor, number, number, number], Tensor>("aten::avg_pool2d");
const maximumPool = op<[Tensor, number, number, number], Tensor>("aten::max_pool2d");

/** The mean of each window of [N, C, H, W]. */
export function avgPool2d(
  input: Tensor,
  kernelSize: number,
  { stride = kernelSize, padding = 0 } = {},
): Tensor {
  return averagePool(input, kernelSize, stride, padding);
}

/** The largest value of each window of [N, C, H, W]. */
export function maxPool2d(
  input: Tensor,
  kernelSize: number,
  { stride = kernelSize, padding = 0 } = {},
): Tensor {
  return maximumPool(input, kernelSize, stride, padding);
}

/** The mean of windows chosen so that the output has the given size: [N, C, H, W] gives [N, C, ...size]. */
export const adaptiveAvgPool2d = op<[input: Tensor, size: readonly [number, number]], Tensor>(
  "aten::adaptive_avg_pool2d",
);
