import { op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

/** Rows of `weight` by index, under the shape of `indices`, int64; a row `paddingIdx` gets no gradient. */
export const embedding = op<[weight: Tensor, indices: Tensor, paddingIdx?: number], Tensor>(
  "aten::embedding",
);
