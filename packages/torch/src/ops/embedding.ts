import { op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

/** Rows of `weight` by index, under the shape of `indices`, int64; a row `paddingIdx` gets no gradient. */
export const embedding = op<[weight: Tensor, indices: Tensor, paddingIdx?: number], Tensor>(
  "aten::embedding",
);

/**
 * Values and, beside them, the row of a table for each code: [N, F] and int64 codes [N, G] with G tables of [n_g, D_g] give
 * [N, F + Σ D_g]. A code `paddingIdx` gives no gradient.
 *
 * In one pass over the batch, forward and backward, for float32 and float64 on the CPU; elsewhere made of libtorch's
 * operators.
 */
export const embedBeside = op<
  [values: Tensor, codes: Tensor, tables: readonly Tensor[], paddingIdx: number],
  Tensor
>("leeway::embed_beside");
