import type { DType } from "./dtype.ts";
import { tensorOf } from "./handle.ts";
import { op } from "./op.ts";
import type { Tensor } from "./tensor.ts";

const toDevice = op<[Tensor, string, DType, nonBlocking: boolean], Tensor>("aten::to.device");

/**
 * A tensor that the addon makes on the CPU, moved to a device: for a GPU in pinned memory, from which it copies by
 * itself while we queue what comes next.
 */
export function madeOn(device: string, make: (pinned: boolean) => number): Tensor {
  const pinned = device.startsWith("cuda");
  const made = tensorOf(make(pinned));
  if (device === "cpu") return made;
  const moved = toDevice(made, device, made.dtype, pinned);
  made.dispose();
  return moved;
}
