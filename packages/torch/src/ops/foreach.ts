import { op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

// One call for a whole list of parameters: what an optimizer's step is made of.
type Tensors = readonly Tensor[];

/** a + alpha · b for each pair. */
export const foreachAdd = op<[a: Tensors, b: Tensors, alpha: number], Tensor[]>("aten::_foreach_add.List");
/** a ← a + alpha · b for each pair. */
export const foreachAddInPlace = op<[a: Tensors, b: Tensors, alpha: number], undefined>(
  "aten::_foreach_add_.List",
);
/** a ← a + scalar for each. */
export const foreachAddScalarInPlace = op<[a: Tensors, scalar: number], undefined>(
  "aten::_foreach_add_.Scalar",
);
/** a ← a · scalar for each. */
export const foreachMulInPlace = op<[a: Tensors, scalar: number], undefined>("aten::_foreach_mul_.Scalar");
/** a · scalar for each. */
export const foreachMul = op<[a: Tensors, scalar: number], Tensor[]>("aten::_foreach_mul.Scalar");
/** ‖a‖₂ for each. */
export const foreachNorm = op<[a: Tensors], Tensor[]>("aten::_foreach_norm.Scalar");
/** a / scalar for each. */
export const foreachDiv = op<[a: Tensors, scalar: number], Tensor[]>("aten::_foreach_div.Scalar");
/** √a for each. */
export const foreachSqrt = op<[a: Tensors], Tensor[]>("aten::_foreach_sqrt");
/** a ← a + value · b · c for each. */
export const foreachAddcmulInPlace = op<[a: Tensors, b: Tensors, c: Tensors, value: number], undefined>(
  "aten::_foreach_addcmul_.Scalar",
);
/** a ← a + value · b / c for each. */
export const foreachAddcdivInPlace = op<[a: Tensors, b: Tensors, c: Tensors, value: number], undefined>(
  "aten::_foreach_addcdiv_.Scalar",
);
