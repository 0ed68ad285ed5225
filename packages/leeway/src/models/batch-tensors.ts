import { type Tensor, tensor } from "@leeway/torch";
import type { Batch, BatchArray } from "../data/index.ts";

/** A batch as tensors: what a model's features are computed from, and the targets, int64 [N]. */
export function batchTensors(
  { inputs, targets, length }: Batch,
  device: string,
): { readonly inputs: readonly Tensor[]; readonly targets: Tensor } {
  return {
    inputs: inputs.map((input) => inputTensor(input, device)),
    targets: tensor(targets, [length], { dtype: "int64", device }),
  };
}

/** Images are NHWC in memory, which is channels_last, viewed as [N, C, H, W] without a copy. */
function inputTensor({ values, shape, layout }: BatchArray, device: string): Tensor {
  if (values instanceof Int32Array) return tensor(values, shape, { dtype: "int64", device });
  const input = tensor(values, shape, { device });
  return layout === "channels-last" ? input.permute([0, 3, 1, 2]) : input;
}
