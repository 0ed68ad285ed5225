import { op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

interface ReductionOptions {
  /** The dimension or dimensions that disappear; all of them by default. */
  readonly dim?: number | readonly number[];
  /** Leaves the dimension in place with size 1. */
  readonly keepdim?: boolean;
}

const sumAll = op<[Tensor], Tensor>("aten::sum");
const sumDim = op<[Tensor, readonly number[], boolean], Tensor>("aten::sum.dim_IntList");
const meanAll = op<[Tensor], Tensor>("aten::mean");
const meanDim = op<[Tensor, readonly number[], boolean], Tensor>("aten::mean.dim");
const maxDim = op<[Tensor, number, boolean], [Tensor, Tensor]>("aten::max.dim");
const normDim = op<[Tensor, number, readonly number[], boolean], Tensor>("aten::norm.ScalarOpt_dim");
const argmaxDim = op<[Tensor, number, boolean], Tensor>("aten::argmax");

/** The sum over `dim`, or over everything. */
export function sum(input: Tensor, { dim, keepdim = false }: ReductionOptions = {}): Tensor {
  return dim === undefined ? sumAll(input) : sumDim(input, dimensions(dim), keepdim);
}

/** The mean over `dim`, or over everything. */
export function mean(input: Tensor, { dim, keepdim = false }: ReductionOptions = {}): Tensor {
  return dim === undefined ? meanAll(input) : meanDim(input, dimensions(dim), keepdim);
}

/** The largest value along `dim` and where it stands. */
export function max(
  input: Tensor,
  dim: number,
  { keepdim = false } = {},
): { readonly values: Tensor; readonly indices: Tensor } {
  const [values, indices] = maxDim(input, dim, keepdim);
  return { values, indices };
}

/** Where the largest value along `dim` stands: int64. */
export function argmax(input: Tensor, dim: number, { keepdim = false } = {}): Tensor {
  return argmaxDim(input, dim, keepdim);
}

/** The p-norm along `dim`. */
export function norm(input: Tensor, dim: number, { p = 2, keepdim = false } = {}): Tensor {
  return normDim(input, p, [dim], keepdim);
}

function dimensions(dim: number | readonly number[]): readonly number[] {
  return typeof dim === "number" ? [dim] : dim;
}

/** The single value true where all are. */
export const all = op<[input: Tensor], Tensor>("aten::all");
