import { noGrad } from "../autograd.ts";
import { foreachAddInPlace, foreachMul } from "../ops/foreach.ts";
import type { Tensor } from "../tensor.ts";
import { gradientNorm } from "./gradient-norm.ts";

/**
 * Moves parameters up the loss by a distance of `rho`, ε = ρ · g / ‖g‖₂: the first half of a sharpness-aware
 * step. Take the gradient there, move back with what is returned, then let the optimizer step.
 *
 * Call inside a scope that lasts until the move back.
 *
 * @param rho ρ, the radius of the neighbourhood; above 0
 * @returns moves the parameters back
 * @throws RangeError if rho is not above 0
 * @source Foret et al. 2021 (arXiv:2010.01412), algorithm 1 and eq. 2
 */
export function ascend(parameters: readonly Tensor[], rho: number): () => void {
  if (!(rho > 0)) throw new RangeError(`ascend: expected rho to be above 0, got ${rho}.`);
  return noGrad(() => {
    const moving = parameters.filter((parameter) => parameter.grad !== null);
    if (moving.length === 0) return () => undefined;
    const gradients = moving.map((parameter) => parameter.grad!);
    const moves = foreachMul(gradients, rho / (gradientNorm(moving) + 1e-12));
    foreachAddInPlace(moving, moves, 1);
    return () => {
      noGrad(() => {
        foreachAddInPlace(moving, moves, -1);
      });
    };
  });
}
