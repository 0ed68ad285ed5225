import { op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

const embeddingBagOp = op<
  [Tensor, Tensor, Tensor, boolean, number, boolean, Tensor | null, boolean],
  [Tensor, Tensor, Tensor, Tensor]
>("aten::embedding_bag");

/** Rows of `weight` by index, under the shape of `indices`, int64; a row `paddingIdx` gets no gradient. */
export const embedding = op<[weight: Tensor, indices: Tensor, paddingIdx?: number], Tensor>(
  "aten::embedding",
);

/**
 * Sums of weighted rows: a sparse matrix, row by row, times `weight`.
 *
 * @param weight  [columns, D]
 * @param indices the columns that are not zero, row after row: [M] int64
 * @param offsets where in `indices` each row begins: [N] int64
 * @param values  what stands there, [M]; gradients do not reach it
 * @returns [N, D]
 */
export function embeddingBag(
  weight: Tensor,
  indices: Tensor,
  { offsets, values }: { offsets: Tensor; values: Tensor },
): Tensor {
  return embeddingBagOp(weight, indices, offsets, false, 0, false, values, false)[0];
}
