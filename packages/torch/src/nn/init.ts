import { op } from "../op.ts";
import { empty } from "../ops/creation.ts";
import type { Generator } from "../random.ts";
import type { Tensor } from "../tensor.ts";

const fillNormal = op<[Tensor, number, number, Generator], Tensor>("aten::normal_");
const fillUniform = op<[Tensor, number, number, Generator], Tensor>("aten::uniform_");

/** The number of inputs one output of a weight [O, I, ...kernel] sums over. */
export function fanIn(shape: readonly number[]): number {
  return shape.slice(1).reduce((product, size) => product * size, 1);
}

/**
 * Normal values with deviation √(2 / fanIn), which keeps the variance through ReLU layers.
 *
 * @source He et al. 2015 (arXiv:1502.01852), eq. 10
 */
export function kaimingNormal(shape: readonly number[], generator: Generator): Tensor {
  return fillNormal(empty(shape), 0, Math.sqrt(2 / fanIn(shape)), generator);
}

/** Uniform values in [-bound, bound). */
export function uniform(shape: readonly number[], bound: number, generator: Generator): Tensor {
  return fillUniform(empty(shape), -bound, bound, generator);
}
