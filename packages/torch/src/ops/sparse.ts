import { op } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { arange, ones } from "./creation.ts";
import { pow, sqrt } from "./elementwise.ts";
import { mm } from "./linear-algebra.ts";
import { stack } from "./shape.ts";

const repeatInterleave = op<[input: Tensor, repeats: Tensor], Tensor>("aten::repeat_interleave.self_Tensor");
const makeSparse = op<[indices: Tensor, values: Tensor, shape: readonly number[]], Tensor>(
  "aten::_sparse_coo_tensor_unsafe",
);
const coalesce = op<[input: Tensor], Tensor>("aten::coalesce");

/**
 * A sparse matrix [N, width] of rows in which most numbers are 0. `linear`, `mm` with a dense matrix on the right,
 * `indexSelect` of rows, `add` of two and `mul` with a number take it; its values are not to be read.
 *
 * @param columns [Z] int64, of each number that is not 0, row after row; each 0 to width - 1, which is not checked
 * @param values  [Z]
 * @param lengths [N] int64, numbers of each row
 */
export function sparseRows(
  columns: Tensor,
  values: Tensor,
  { lengths, width }: { readonly lengths: Tensor; readonly width: number },
): Tensor {
  const count = lengths.shape[0]!; // of one dimension
  const rows = repeatInterleave(arange(count, { device: columns.device }), lengths);
  return makeSparse(stack([rows, columns], 0), values, [count, width]);
}

/** ‖x‖ of each row x of a sparse matrix, [N, 1]. */
export function sparseNorms(input: Tensor): Tensor {
  // What stands twice at one place is added up before it is squared.
  const squares = pow(coalesce(input), 2);
  return sqrt(mm(squares, ones([input.shape[1]!, 1], { device: input.device }))); // of two dimensions
}
