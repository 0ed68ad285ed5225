import { noGrad } from "../autograd.ts";
import { foreachNorm } from "../ops/foreach.ts";
import { norm } from "../ops/reduction.ts";
import { stack } from "../ops/shape.ts";
import { scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";

/** ‖g‖₂ over the gradients of all parameters that have one, as one vector; not finite as soon as one value is not. */
export function gradientNorm(parameters: readonly Tensor[]): number {
  return scope(() =>
    noGrad(() => {
      const gradients = parameters.map((parameter) => parameter.grad).filter((gradient) => gradient !== null);
      return gradients.length === 0 ? 0 : norm(stack(foreachNorm(gradients), 0), 0).item();
    }),
  );
}
