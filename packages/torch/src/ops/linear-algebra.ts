import { op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

/** The matrix product, batched where there are more than two dimensions. */
export const matmul = op<[input: Tensor, other: Tensor], Tensor>("aten::matmul");
/** The product of two matrices. */
export const mm = op<[input: Tensor, other: Tensor], Tensor>("aten::mm");
/** input · weightᵀ + bias: [N, D] with weight [K, D] gives [N, K]. */
export const linear = op<[input: Tensor, weight: Tensor, bias?: Tensor | null], Tensor>("aten::linear");
