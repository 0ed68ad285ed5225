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
function inputTensor(array: BatchArray, device: string): Tensor {
  const { layout } = array;
  const input = array.toTensor?.(device) ?? copyOf(array, device);
  return layout === "channels-last" ? input.permute([0, 3, 1, 2]) : input;
}

function copyOf({ values, shape }: BatchArray, device: string): Tensor {
  return tensor(values, shape, { device, dtype: values instanceof Int32Array ? "int64" : "float32" });
}
