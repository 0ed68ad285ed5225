import type { DType, MemoryFormat } from "../dtype.ts";
import { op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

const toDtype = op<[Tensor, DType], Tensor>("aten::to.dtype");
const toDevice = op<[Tensor, string, DType], Tensor>("aten::to.device");
const sliceDim = op<[Tensor, number, number, number | null, number], Tensor>("aten::slice.Tensor");
const padShortcut = op<[Tensor, number, number], Tensor>("leeway::padded_shortcut");
const constantPad = op<[Tensor, readonly number[], number], Tensor>("aten::constant_pad_nd");

/** The same values under another shape; one size may be -1. */
export const reshape = op<[input: Tensor, shape: readonly number[]], Tensor>("aten::reshape");
/** Dimensions in another order. */
export const permute = op<[input: Tensor, dims: readonly number[]], Tensor>("aten::permute");
/** Two dimensions exchanged. */
export const transpose = op<[input: Tensor, dim0: number, dim1: number], Tensor>("aten::transpose.int");
/** The same values without history: gradients stop here. Shares memory. */
export const detach = op<[input: Tensor], Tensor>("aten::detach");
/** A copy that gradients pass through. */
export const clone = op<[input: Tensor], Tensor>("aten::clone");
/** The same values in the given layout; itself where it already lies so. */
export const contiguous = op<[input: Tensor, memoryFormat: MemoryFormat], Tensor>("aten::contiguous");
/** Tensors joined along a dimension they all have. */
export const cat = op<[tensors: readonly Tensor[], dim: number], Tensor>("aten::cat");
/** Tensors of one shape joined along a new dimension. */
export const stack = op<[tensors: readonly Tensor[], dim: number], Tensor>("aten::stack");
/** A new dimension of size 1. */
export const unsqueeze = op<[input: Tensor, dim: number], Tensor>("aten::unsqueeze");
/** A dimension of size 1 removed. */
export const squeeze = op<[input: Tensor, dim: number], Tensor>("aten::squeeze.dim");
/** From `startDim` on all dimensions in one. */
export const flatten = op<[input: Tensor, startDim: number], Tensor>("aten::flatten.using_ints");

/** Every `step`-th entry of a dimension, from `start` up to but without `end`. Shares memory. */
export function slice(
  input: Tensor,
  dim: number,
  { start = 0, end, step = 1 }: { start?: number; end?: number; step?: number },
): Tensor {
  return sliceDim(input, dim, start, end ?? null, step);
}

/** `value` added around the last dimensions: [left, right] of the last, then of the one before, … */
export function pad(input: Tensor, sizes: readonly number[], { value = 0 } = {}): Tensor {
  return constantPad(input, sizes, value);
}

/**
 * A residual network's shortcut without parameters: of [N, C, H, W] every `stride`-th pixel, between zeros for the
 * channels that are new, half of them before and half after. [N, channels, ⌈H / stride⌉, ⌈W / stride⌉].
 *
 * @throws TorchError if there are fewer channels than C
 * @source He et al. 2016 (arXiv:1512.03385), section 3.3, option A
 */
export function paddedShortcut(
  input: Tensor,
  { stride, channels }: { readonly stride: number; readonly channels: number },
): Tensor {
  return padShortcut(input, stride, channels);
}

/** The input as another dtype and on another device; itself where nothing changes. */
export function to(input: Tensor, { dtype, device }: { dtype?: DType; device?: string }): Tensor {
  if (device !== undefined) return toDevice(input, device, dtype ?? input.dtype);
  return dtype === undefined ? input : toDtype(input, dtype);
}
