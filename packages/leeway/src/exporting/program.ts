import {
  type DType,
  isTracedTensor,
  type TensorData,
  type Trace,
  type TracedCall,
  type TracedTensor,
  type TracedValue,
} from "@leeway/torch";
import { shown } from "../errors.ts";
import { ExportError } from "./export-error.ts";

/** What may be of any size: examples of a batch, and words or n-grams of its texts. */
export type Axis = "batch" | "length";

/** A size: a number, or a multiple of what may be of any size. */
export type Size = number | { readonly times: number; readonly axes: readonly Axis[] };

/** The sizes that a trace was made with. */
export type AxisSizes = Readonly<Record<Axis, number>>;

/** A tensor of a program. */
export interface ProgramTensor {
  readonly id: number;
  readonly dtype: DType;
  readonly shape: readonly Size[];
  /** What the network calls it, where it is one of its own. */
  readonly name?: string | undefined;
  /** Its values, where these are the same whatever goes in; its sizes are numbers then. */
  readonly values?: TensorData | undefined;
  /** How a file holds them; by default as they are. */
  readonly stored?: "fp16" | "int8";
}

/** An argument: a tensor, a list of arguments, a size, or what no size changes. */
export type ProgramValue =
  ProgramTensor | Size | string | boolean | null | undefined | readonly ProgramValue[];

/** A call of an operator. */
export interface Step {
  readonly operator: string;
  readonly args: readonly ProgramValue[];
  readonly results: readonly ProgramTensor[];
}

/** What a network does with inputs of any size. */
export interface Program {
  readonly inputs: readonly ProgramTensor[];
  readonly outputs: readonly ProgramTensor[];
  /** Those that an output needs, in their order. */
  readonly steps: readonly Step[];
}

/** Whether an argument is a tensor. */
export function isTensor(value: ProgramValue): value is ProgramTensor {
  return typeof value === "object" && value !== null && "dtype" in value;
}

/** Whether a step of a program reads a tensor, or gives it as it is. */
export function isRead({ steps, outputs }: Program, { id }: ProgramTensor): boolean {
  const reads = (value: ProgramValue): boolean =>
    isTensor(value) ? value.id === id : Array.isArray(value) && (value as ProgramValue[]).some(reads);
  return outputs.some(reads) || steps.some(({ args }) => args.some(reads));
}

/** Whether an argument is a size that is known only when the graph runs. */
export function isOpen(value: ProgramValue): value is Exclude<Size, number> {
  return typeof value === "object" && value !== null && "axes" in value;
}

/** A trace and the sizes that it was made with. */
export interface SizedTrace {
  readonly trace: Trace;
  readonly sizes: AxisSizes;
}

/**
 * The program that two traces of one function, made with inputs of other sizes, are runs of. Whole numbers that differ
 * must be multiples of a size: sizes that have no common divisor leave no doubt of which. What is the same in both, and
 * follows from no input, is a constant.
 *
 * @throws ExportError that names the operator where they differ otherwise: the function decides by the sizes what it does
 */
export function programOf(first: SizedTrace, second: SizedTrace): Program {
  return new Comparison(first, second).program();
}

class Comparison {
  readonly #first: SizedTrace;
  readonly #second: SizedTrace;
  /** Of tensors of the first trace. */
  readonly #tensors = new Map<number, ProgramTensor>();
  /** Who makes a tensor of the first trace, and its pair. */
  readonly #makers = new Map<number, readonly [TracedCall, TracedCall]>();
  readonly #steps = new Map<TracedCall, Step>();

  constructor(first: SizedTrace, second: SizedTrace) {
    [this.#first, this.#second] = [first, second];
  }

  program(): Program {
    const [a, b] = [this.#first.trace, this.#second.trace];
    const names = [a, b].map(({ calls }) => calls.map(({ name }) => name));
    const differs = names[0]!.findIndex((name, i) => name !== names[1]![i]); // of two
    if (differs !== -1 || names[0]!.length !== names[1]!.length) {
      const at = differs === -1 ? Math.min(a.calls.length, b.calls.length) : differs;
      const [one = "the end", other = "the end"] = [a.calls[at]?.name, b.calls[at]?.name];
      throw new ExportError(one, "the same operators whatever the size of a batch", other);
    }
    a.calls.forEach((call, i) => {
      for (const result of call.results) {
        if (isTracedTensor(result)) this.#makers.set(result.id, [call, b.calls[i]!]); // as many
      }
    });
    const inputs = a.inputs.map((input, i) => this.#declared(input, b.inputs[i]!, "input")); // as many
    const outputs = a.outputs.map((output, i) => this.#tensor(output, b.outputs[i]!, "output")); // as many
    const steps = a.calls.flatMap((call) => this.#steps.get(call) ?? []);
    return { inputs, outputs, steps };
  }

  /** A tensor as a constant, or with the steps that make it. */
  #tensor(first: TracedTensor, second: TracedTensor, operator: string): ProgramTensor {
    const known = this.#tensors.get(first.id);
    if (known !== undefined) return known;
    if (sameValues(first, second)) {
      const { id, dtype, shape, name, values } = first;
      const constant = { id, dtype, shape, name, values };
      this.#tensors.set(id, constant);
      return constant;
    }
    const calls = this.#makers.get(first.id);
    if (calls === undefined) {
      const what = "constants that are the same whatever the size of a batch";
      throw new ExportError(operator, what, `another tensor of shape [${first.shape.join(", ")}]`);
    }
    this.#step(...calls);
    return this.#tensors.get(first.id)!; // a result of the step
  }

  #step(first: TracedCall, second: TracedCall): void {
    const operator = first.name;
    const args = first.args.map((arg, i) => this.#value(arg, second.args[i], operator));
    const results = first.results.flatMap((result, i) => {
      const other = second.results[i];
      if (!isTracedTensor(result) || !isTracedTensor(other)) return [];
      return this.#declared(result, other, operator);
    });
    this.#steps.set(first, { operator, args, results });
  }

  #declared(first: TracedTensor, second: TracedTensor, operator: string): ProgramTensor {
    if (first.dtype !== second.dtype || first.shape.length !== second.shape.length) {
      throw new ExportError(operator, `${first.dtype} of ${first.shape.length} dimensions`, second.dtype);
    }
    const shape = first.shape.map((size, i) => this.#size(size, second.shape[i]!, operator)); // as many
    const tensor = { id: first.id, dtype: first.dtype, shape, name: first.name };
    this.#tensors.set(first.id, tensor);
    return tensor;
  }

  #value(first: TracedValue, second: TracedValue, operator: string): ProgramValue {
    if (isTracedTensor(first) && isTracedTensor(second)) return this.#tensor(first, second, operator);
    if (Array.isArray(first) && Array.isArray(second) && first.length === second.length) {
      const [ones, others]: readonly (readonly TracedValue[])[] = [first, second];
      return ones!.map((each, i) => this.#value(each, others![i], operator)); // two lists
    }
    if (typeof first === "number" && typeof second === "number") return this.#size(first, second, operator);
    if (first === second) return first;
    throw new ExportError(operator, `the argument ${shown(first)} whatever the size`, shown(second));
  }

  #size(first: number, second: number, operator: string): Size {
    if (first === second || (Number.isNaN(first) && Number.isNaN(second))) return first;
    const products: readonly (readonly Axis[])[] = [["batch"], ["length"], ["batch", "length"]];
    for (const axes of products) {
      const times = first / product(this.#first.sizes, axes);
      if (Number.isInteger(times) && times === second / product(this.#second.sizes, axes))
        return { times, axes };
    }
    throw new ExportError(
      operator,
      "numbers that are multiples of a batch's sizes",
      `${first} and ${second}`,
    );
  }
}

function product(sizes: AxisSizes, axes: readonly Axis[]): number {
  return axes.reduce((all, axis) => all * sizes[axis], 1);
}

function sameValues(first: TracedTensor, second: TracedTensor): boolean {
  if (first.name !== undefined && first.name === second.name) return first.values !== undefined;
  const [a, b] = [first.values, second.values];
  if (a === undefined || b === undefined || a.length !== b.length) return false;
  if (first.dtype !== second.dtype || first.shape.join() !== second.shape.join()) return false;
  return a.every((value: number | bigint, i: number) => Object.is(value, b[i]));
}
