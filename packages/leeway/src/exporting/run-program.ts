import { keep, op, type Tensor, tensor } from "@leeway/torch";
import { ExportError } from "./export-error.ts";
import {
  type Axis,
  isOpen,
  isTensor,
  type Program,
  type ProgramTensor,
  type ProgramValue,
  type Size,
} from "./program.ts";

type Call = (...args: readonly unknown[]) => unknown;

/** Computes a program in libtorch: what a graph made of it gives, but for the order of sums. */
export class ProgramRunner {
  readonly #program: Program;
  readonly #constants = new Map<number, Tensor>();
  readonly #operators = new Map<string, Call>();

  constructor(program: Program) {
    this.#program = program;
  }

  /** The program's first output. Call it in a scope: what it makes on the way is freed there. */
  run(inputs: readonly Tensor[]): Tensor {
    const sizes = sizesOf(this.#program, inputs);
    const made = new Map<number, Tensor>();
    this.#program.inputs.forEach(({ id }, i) => made.set(id, inputs[i]!)); // as many
    const tensorOf = (wanted: ProgramTensor): Tensor => made.get(wanted.id) ?? this.#constant(wanted);
    const argument = (value: ProgramValue): unknown => {
      if (isTensor(value)) return tensorOf(value);
      if (isOpen(value)) return sized(value, sizes);
      return Array.isArray(value) ? (value as readonly ProgramValue[]).map(argument) : value;
    };
    for (const { operator, args, results } of this.#program.steps) {
      const result = this.#operator(operator)(...args.map(argument));
      const list: readonly unknown[] = Array.isArray(result) ? result : [result];
      results.forEach(({ id }, i) => made.set(id, list[i] as Tensor)); // as it was traced
    }
    return tensorOf(this.#program.outputs[0]!); // there is one
  }

  /** Frees the constants. */
  dispose(): void {
    for (const each of this.#constants.values()) each.dispose();
    this.#constants.clear();
  }

  #constant({ id, values, shape, dtype }: ProgramTensor): Tensor {
    const known = this.#constants.get(id);
    if (known !== undefined) return known;
    if (values === undefined) throw new ExportError("trace", "a tensor that a step made", `number ${id}`);
    const sizes = shape.map(Number); // of a constant they are
    const made = keep(tensor(values, sizes, { dtype })); // for all batches
    this.#constants.set(id, made);
    return made;
  }

  #operator(name: string): Call {
    const known = this.#operators.get(name) ?? op<readonly unknown[], unknown>(name);
    this.#operators.set(name, known);
    return known;
  }
}

/** The sizes of a batch, as far as its inputs have them. */
function sizesOf({ inputs }: Program, given: readonly Tensor[]): ReadonlyMap<Axis, number> {
  const sizes = new Map<Axis, number>();
  inputs.forEach(({ shape }, i) => {
    const actual = given[i]!.shape; // as many
    shape.forEach((size, dim) => {
      if (isOpen(size) && size.axes.length === 1 && size.times === 1) sizes.set(size.axes[0]!, actual[dim]!); // of one rank
    });
  });
  return sizes;
}

function sized({ times, axes }: Exclude<Size, number>, sizes: ReadonlyMap<Axis, number>): number {
  return axes.reduce((product, axis) => {
    const size = sizes.get(axis);
    if (size === undefined) throw new ExportError("trace", `a batch that has the size ${axis}`, "none");
    return product * size;
  }, times);
}
