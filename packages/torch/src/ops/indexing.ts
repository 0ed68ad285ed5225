import { op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

/** One value per index along `dim`: index has the result's shape, int64. */
export const gather = op<[input: Tensor, dim: number, index: Tensor], Tensor>("aten::gather");
/** Whole rows (of `dim`) by index: index is one-dimensional, int64. */
export const indexSelect = op<[input: Tensor, dim: number, index: Tensor], Tensor>("aten::index_select");
/** 1 in each target's column, 0 elsewhere: [N] int64 gives [N, classes] int64. */
export const oneHot = op<[targets: Tensor, classes: number], Tensor>("aten::one_hot");
/** input with `value` added at index along `dim`. */
export const scatterAdd = op<[input: Tensor, dim: number, index: Tensor, value: Tensor], Tensor>(
  "aten::scatter_add",
);
