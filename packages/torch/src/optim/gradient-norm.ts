import { gradientNormOf } from "../ops/optimizer.ts";
import { scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";

/** ‖g‖₂ over the gradients of all parameters that have one, as one vector; not finite as soon as one value is not. */
export function gradientNorm(parameters: readonly Tensor[]): number {
  return scope(() => gradientNormOf(parameters).item());
}
