import type { DType, TensorData } from "../dtype.ts";
import { madeOn } from "../made-on.ts";
import { native } from "../native.ts";
import { op } from "../op.ts";
import type { Generator } from "../random.ts";
import type { Tensor } from "../tensor.ts";

/** Where and as what a new tensor is made. */
export interface CreationOptions {
  readonly dtype?: DType;
  readonly device?: string;
}

type Like = [shape: readonly number[], dtype: DType, layout: null, device: string];
const makeEmpty = op<Like, Tensor>("aten::empty.memory_format");
const makeZeros = op<Like, Tensor>("aten::zeros");
const makeOnes = op<Like, Tensor>("aten::ones");
const makeFull = op<[readonly number[], number, DType, null, string], Tensor>("aten::full");
const makeArange = op<[number, number, number, DType, null, string], Tensor>("aten::arange.start_step");
const makeZerosLike = op<[Tensor], Tensor>("aten::zeros_like");
const fillNormal = op<[Tensor, number, number, Generator?], Tensor>("aten::normal_");
const fillUniform = op<[Tensor, number, number, Generator?], Tensor>("aten::uniform_");
const toDevice = op<[Tensor, string, DType, nonBlocking: boolean], Tensor>("aten::to.device");

/**
 * A tensor with a copy of `data`.
 *
 * @param data values row by row: a typed array, whose type is the dtype, or numbers, as float32
 * @param shape sizes; one dimension by default
 * @throws TorchError if `shape` does not hold as many values
 */
export function tensor(
  data: TensorData | readonly number[],
  shape: readonly number[] = [data.length],
  { dtype, device = "cpu" }: CreationOptions = {},
): Tensor {
  const typed = typedArrayOf(data, dtype);
  const moved = madeOn(device, (pinned) => native().fromTypedArray(typed, shape, pinned));
  const requested = dtype ?? moved.dtype;
  // There, since it moves fewer bytes: numbers of 32 bits become those of 64.
  if (requested === moved.dtype) return moved;
  const converted = toDevice(moved, device, requested, false);
  moved.dispose();
  return converted;
}

/** Plain numbers as float32 only where requested: it has no 16777217 and no 0.1. */
function typedArrayOf(data: TensorData | readonly number[], dtype: DType | undefined): TensorData {
  if (!Array.isArray(data)) return data as TensorData;
  return dtype === undefined || dtype === "float32" ? Float32Array.from(data) : Float64Array.from(data);
}

/** A tensor of one number, without dimensions. */
export function scalar(value: number, { dtype = "float32", device = "cpu" }: CreationOptions = {}): Tensor {
  return makeFull([], value, dtype, null, device);
}

/** Memory not yet written: every value must be written before it is read. */
export function empty(
  shape: readonly number[],
  { dtype = "float32", device = "cpu" }: CreationOptions = {},
): Tensor {
  return makeEmpty(shape, dtype, null, device);
}

/** All zero. */
export function zeros(
  shape: readonly number[],
  { dtype = "float32", device = "cpu" }: CreationOptions = {},
): Tensor {
  return makeZeros(shape, dtype, null, device);
}

/** All zero, with the shape, dtype, device and layout of `input`. */
export function zerosLike(input: Tensor): Tensor {
  return makeZerosLike(input);
}

/** All one. */
export function ones(
  shape: readonly number[],
  { dtype = "float32", device = "cpu" }: CreationOptions = {},
): Tensor {
  return makeOnes(shape, dtype, null, device);
}

/** All `value`. */
export function full(
  shape: readonly number[],
  value: number,
  { dtype = "float32", device = "cpu" }: CreationOptions = {},
): Tensor {
  return makeFull(shape, value, dtype, null, device);
}

/** The whole numbers from 0 to end - 1, as int64 by default. */
export function arange(end: number, { dtype = "int64", device = "cpu" }: CreationOptions = {}): Tensor {
  return makeArange(0, end, 1, dtype, null, device);
}

/** Draws from the normal distribution, from `generator` where given. */
export function randn(
  shape: readonly number[],
  { generator, ...options }: CreationOptions & { generator?: Generator } = {},
): Tensor {
  return fillNormal(empty(shape, options), 0, 1, generator);
}

/** Draws from [0, 1), from `generator` where given. */
export function rand(
  shape: readonly number[],
  { generator, ...options }: CreationOptions & { generator?: Generator } = {},
): Tensor {
  return fillUniform(empty(shape, options), 0, 1, generator);
}
