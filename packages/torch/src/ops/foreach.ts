import { op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

// One call for a whole list of parameters.
type Tensors = readonly Tensor[];

/** a ← a + alpha · b for each pair. */
export const foreachAddInPlace = op<[a: Tensors, b: Tensors, alpha: number], undefined>(
  "aten::_foreach_add_.List",
);
/** a ← a · scalar for each. */
export const foreachMulInPlace = op<[a: Tensors, scalar: number], undefined>("aten::_foreach_mul_.Scalar");
/** a · scalar for each. */
export const foreachMul = op<[a: Tensors, scalar: number], Tensor[]>("aten::_foreach_mul.Scalar");
