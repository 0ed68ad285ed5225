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

/** The number of outputs of a weight [O, I, ...kernel] that one input has a part in. */
export function fanOut(shape: readonly number[]): number {
  return shape[0]! * fanIn([1, ...shape.slice(2)]);
}

/**
 * Normal values with deviation √(2 / fan), which keeps the variance through ReLU layers: of the values where
 * the fan is that of the inputs, of the gradients where it is that of the outputs.
 *
 * @source He et al. 2015 (arXiv:1502.01852), eqs. 10 and 14
 */
export function kaimingNormal(
  shape: readonly number[],
  generator: Generator,
  { fan = "in" }: { readonly fan?: "in" | "out" } = {},
): Tensor {
  const connections = fan === "in" ? fanIn(shape) : fanOut(shape);
  return normal(shape, Math.sqrt(2 / connections), generator);
}

/** Normal values with the given deviation around 0. */
export function normal(shape: readonly number[], deviation: number, generator: Generator): Tensor {
  return fillNormal(empty(shape), 0, deviation, generator);
}

/** Uniform values in [-bound, bound). */
export function uniform(shape: readonly number[], bound: number, generator: Generator): Tensor {
  return fillUniform(empty(shape), -bound, bound, generator);
}
