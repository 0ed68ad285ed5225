import { op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

type Unary = [input: Tensor];
type WithTensor = [input: Tensor, other: Tensor, alpha?: number];
type WithScalar = [input: Tensor, other: number, alpha?: number];

const addTensor = op<WithTensor, Tensor>("aten::add.Tensor");
const addScalar = op<WithScalar, Tensor>("aten::add.Scalar");
const subTensor = op<WithTensor, Tensor>("aten::sub.Tensor");
const subScalar = op<WithScalar, Tensor>("aten::sub.Scalar");
const mulTensor = op<[Tensor, Tensor], Tensor>("aten::mul.Tensor");
const mulScalar = op<[Tensor, number], Tensor>("aten::mul.Scalar");
const divTensor = op<[Tensor, Tensor], Tensor>("aten::div.Tensor");
const divScalar = op<[Tensor, number], Tensor>("aten::div.Scalar");
const powTensor = op<[Tensor, Tensor], Tensor>("aten::pow.Tensor_Tensor");
const powScalar = op<[Tensor, number], Tensor>("aten::pow.Tensor_Scalar");
const eqTensor = op<[Tensor, Tensor], Tensor>("aten::eq.Tensor");
const eqScalar = op<[Tensor, number], Tensor>("aten::eq.Scalar");
const clampScalar = op<[Tensor, number | null, number | null], Tensor>("aten::clamp");

/** input + alpha · other, elementwise with broadcasting. */
export function add(input: Tensor, other: Tensor | number, { alpha = 1 } = {}): Tensor {
  return typeof other === "number" ? addScalar(input, other, alpha) : addTensor(input, other, alpha);
}

/** input - alpha · other, elementwise with broadcasting. */
export function sub(input: Tensor, other: Tensor | number, { alpha = 1 } = {}): Tensor {
  return typeof other === "number" ? subScalar(input, other, alpha) : subTensor(input, other, alpha);
}

/** input · other, elementwise with broadcasting. */
export function mul(input: Tensor, other: Tensor | number): Tensor {
  return typeof other === "number" ? mulScalar(input, other) : mulTensor(input, other);
}

/** input / other, elementwise with broadcasting. */
export function div(input: Tensor, other: Tensor | number): Tensor {
  return typeof other === "number" ? divScalar(input, other) : divTensor(input, other);
}

/** input to the power of exponent, elementwise. */
export function pow(input: Tensor, exponent: Tensor | number): Tensor {
  return typeof exponent === "number" ? powScalar(input, exponent) : powTensor(input, exponent);
}

/** Where input equals other: bool. */
export function eq(input: Tensor, other: Tensor | number): Tensor {
  return typeof other === "number" ? eqScalar(input, other) : eqTensor(input, other);
}

/** Where input is less than other: bool. */
export const less = op<[input: Tensor, other: Tensor], Tensor>("aten::lt.Tensor");
/** `value` where the mask, bool, is true. */
export const maskedFill = op<[input: Tensor, mask: Tensor, value: number], Tensor>(
  "aten::masked_fill.Scalar",
);

/** input held between min and max; a bound left out does not hold. */
export function clamp(input: Tensor, { min, max }: { min?: number; max?: number }): Tensor {
  return clampScalar(input, min ?? null, max ?? null);
}

/** -input. */
export const neg = op<Unary, Tensor>("aten::neg");
/** e to the power of input. */
export const exp = op<Unary, Tensor>("aten::exp");
/** e to the power of input, less 1, exact where the input is small. */
export const expm1 = op<Unary, Tensor>("aten::expm1");
/** The natural logarithm. */
export const log = op<Unary, Tensor>("aten::log");
/** The square root. */
export const sqrt = op<Unary, Tensor>("aten::sqrt");
/** The absolute value. */
export const abs = op<Unary, Tensor>("aten::abs");
/** max(input, 0). */
export const relu = op<Unary, Tensor>("aten::relu");
/** max(input, 0), written over the input. */
export const reluInPlace = op<Unary, Tensor>("aten::relu_");
/** 1 / (1 + e^-input). */
export const sigmoid = op<Unary, Tensor>("aten::sigmoid");
/** The hyperbolic tangent. */
export const tanh = op<Unary, Tensor>("aten::tanh");
/** input + other, written over the input. */
export const addInPlace = op<WithTensor, Tensor>("aten::add_.Tensor");
/** input + number, written over the input. */
export const addScalarInPlace = op<WithScalar, Tensor>("aten::add_.Scalar");
/** Copies other into input, converting dtype and layout. */
export const copyInto = op<[input: Tensor, other: Tensor], Tensor>("aten::copy_");
/** Writes value everywhere. */
export const fillInPlace = op<[input: Tensor, value: number], Tensor>("aten::fill_.Scalar");
/** Where the value is neither infinite nor NaN: bool. */
export const isFinite = op<Unary, Tensor>("aten::isfinite");
/** condition ? input : other, elementwise. */
export const where = op<[condition: Tensor, input: Tensor, other: Tensor], Tensor>("aten::where.self");
