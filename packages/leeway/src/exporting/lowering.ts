import type { DType } from "@leeway/torch";
import { type ElementType, float16Bits, GraphBuilder, type Values } from "../onnx/index.ts";
import { shown } from "../errors.ts";
import { ExportError } from "./export-error.ts";
import {
  type Axis,
  isOpen,
  isTensor,
  type Program,
  type ProgramTensor,
  type ProgramValue,
  type Size,
  type Step,
} from "./program.ts";
import { int8Weights } from "./stored-weights.ts";

/**
 * What stands for a tensor in a graph. Beside values as they are, those of sequences without padding and of sparse
 * matrices, for which ONNX has no type: they are padded there.
 */
export type Lowered =
  | { readonly kind: "dense"; readonly value: string }
  /** [R, …], the entries of N sequences: [T, N, …], of which those beyond a sequence's end mean nothing. */
  | { readonly kind: "packed"; readonly value: string; readonly lengths: string }
  /** [Z], the entries of N rows one after another: [N, L], filled up with zeros. */
  | { readonly kind: "ragged"; readonly value: string }
  /** [Z], the row of each entry of N rows. */
  | { readonly kind: "rows" }
  /** [2, Z], row and column of the numbers of a sparse matrix: the columns, [N, L]. */
  | { readonly kind: "coordinates"; readonly columns: string }
  /** [N, F], sparse: columns and values, both [N, L]. */
  | { readonly kind: "sparse"; readonly columns: string; readonly values: string };

/** How an operator is written with those of ONNX: the value of each of its results. */
export type Rule = (step: Step, lowering: Lowering) => string | Lowered | readonly (string | Lowered)[];

/** Where a graph reads a size: the dimension of an input. */
export type AxisPlaces = Readonly<Partial<Record<Axis, { readonly input: string; readonly dim: number }>>>;

/** A program on its way into a graph. */
export class Lowering {
  readonly graph: GraphBuilder;
  readonly #axes: AxisPlaces;
  readonly #lowered = new Map<number, Lowered>();
  readonly #sizes = new Map<string, string>();

  constructor(graph: GraphBuilder, axes: AxisPlaces) {
    this.graph = graph;
    this.#axes = axes;
  }

  /**
   * Writes a program into the graph.
   *
   * @param inputs what stands for the program's inputs
   * @returns the names of its outputs
   * @throws ExportError for an operator that has no rule
   */
  write(
    program: Program,
    inputs: readonly (Lowered | undefined)[],
    rules: Readonly<Record<string, Rule>>,
  ): string[] {
    program.inputs.forEach(({ id }, i) => {
      const input = inputs[i];
      if (input !== undefined) this.#lowered.set(id, input);
    });
    for (const step of program.steps) {
      const rule = rules[step.operator];
      if (rule === undefined || !Object.hasOwn(rules, step.operator)) {
        throw new ExportError(step.operator, "an operator that exported graphs have", "another");
      }
      const made = rule(step, this);
      const list = typeof made === "string" || "kind" in made ? [made] : made;
      step.results.forEach(({ id }, i) => {
        const value = list[i];
        if (value === undefined) return;
        this.#lowered.set(id, typeof value === "string" ? { kind: "dense", value } : value);
      });
    }
    return program.outputs.map((output) => this.dense(output));
  }

  /** What stands for an argument, which must be a tensor. */
  of(value: ProgramValue): Lowered {
    const tensor = requireTensor(value);
    const known = this.#lowered.get(tensor.id);
    if (known !== undefined) return known;
    if (tensor.values === undefined) {
      throw new ExportError("trace", "a tensor that stands in the graph", `one of ${shapeText(tensor)}`);
    }
    const { values, dtype, shape, stored, name = "constant" } = tensor;
    const sizes = numbersOf(shape, "a constant");
    const constant =
      values instanceof Float32Array
        ? this.weights({ name, values, shape: sizes, stored })
        : this.graph.initializer(name, asValues(values, dtype), { type: elementType(dtype), shape: sizes });
    const made: Lowered = { kind: "dense", value: constant };
    this.#lowered.set(tensor.id, made);
    return made;
  }

  /** The name of an argument's value. */
  dense(value: ProgramValue): string {
    const lowered = this.of(value);
    if (lowered.kind === "dense") return lowered.value;
    throw new ExportError("trace", "a tensor with values at all places", `one that is ${lowered.kind}`);
  }

  /**
   * Values as the file holds them, and what makes float32 of them: float16 is converted, whole numbers of 8 bits are
   * multiplied by their row's scale.
   *
   * @param scaleAxis the dimension whose entries have a scale each; by default the first
   */
  weights({ name, values, shape, stored }: Weights, { scaleAxis = 0 } = {}): string {
    const { graph } = this;
    if (stored === undefined) return graph.initializer(name, values, { type: "float32", shape });
    if (stored === "fp16") {
      const half = graph.initializer(name, float16Bits(values), { type: "float16", shape });
      return graph.cast(half, "float32");
    }
    // Scales stand for rows; columns that have one are rows of the transposed matrix.
    const rows = shape[scaleAxis]!; // a dimension of it
    const { numbers, scales } = int8Weights(values, shape, scaleAxis);
    const whole = graph.initializer(name, numbers, { type: "int8", shape });
    const scale = graph.initializer(`${name}.scale`, scales, { type: "float32", shape: [rows] });
    return graph.node("DequantizeLinear", [whole, scale], { attributes: { axis: scaleAxis } });
  }

  /** The name of an argument's value; "" for one that is left out. */
  optional(value: ProgramValue): string {
    return value === null || value === undefined ? "" : this.dense(value);
  }

  /** An argument's value as another type. */
  as(value: ProgramValue, dtype: DType): string {
    const name = this.dense(value);
    return requireTensor(value).dtype === dtype ? name : this.graph.cast(name, elementType(dtype));
  }

  /** Sizes as int64 [rank]. */
  shape(sizes: readonly Size[]): string {
    if (sizes.every((size) => typeof size === "number")) return this.graph.integers(sizes);
    const parts = sizes.map((size) => (isOpen(size) ? this.#open(size) : this.graph.integers([size])));
    return parts.length === 1 ? parts[0]! : this.graph.node("Concat", parts, { attributes: { axis: 0 } }); // there is one
  }

  /** A size as int64 without dimensions. */
  size(size: Size): string {
    if (typeof size === "number") return this.graph.scalar(size, "int64");
    return this.graph.node("Squeeze", [this.#open(size), this.graph.integers([0])]);
  }

  #open({ times, axes }: Exclude<Size, number>): string {
    const factors = axes.map((axis) => this.#axis(axis));
    const all = times === 1 ? factors : [...factors, this.graph.integers([times])];
    return all.reduce((product, factor) => this.graph.node("Mul", [product, factor]));
  }

  #axis(axis: Axis): string {
    const known = this.#sizes.get(axis);
    if (known !== undefined) return known;
    const place = this.#axes[axis];
    if (place === undefined) throw new ExportError("trace", `inputs that have the size ${axis}`, "none");
    const { input, dim } = place;
    const attributes = { start: dim, end: dim + 1 };
    const size = this.graph.node("Shape", [input], { attributes, name: `${axis}_size` });
    this.#sizes.set(axis, size);
    return size;
  }
}

/** An argument that is a tensor. */
export function requireTensor(value: ProgramValue): ProgramTensor {
  if (isTensor(value)) return value;
  throw new ExportError("trace", "a tensor", shown(value));
}

/** An argument that is a list. */
export function listOf(value: ProgramValue): readonly ProgramValue[] {
  return Array.isArray(value) ? (value as readonly ProgramValue[]) : [value];
}

/** An argument that is a number, the same whatever the size. */
export function numberOf(value: ProgramValue): number {
  if (typeof value === "number") return value;
  throw new ExportError("trace", "a number that no size changes", shown(value));
}

/** An argument that is a list of such numbers; one number is a list of one. */
export function numbersOf(value: ProgramValue, what = "an argument"): number[] {
  return listOf(value).map((each) => {
    if (typeof each === "number") return each;
    throw new ExportError("trace", `${what} of numbers that no size changes`, shown(each));
  });
}

/** An argument that is a list of sizes. */
export function sizesOf(value: ProgramValue): Size[] {
  return listOf(value).map((each) => (isOpen(each) ? each : numberOf(each)));
}

/** A constant of float32. */
export interface Weights {
  readonly name: string;
  readonly values: Float32Array;
  readonly shape: readonly number[];
  /** How a file holds them; by default as they are. */
  readonly stored?: ProgramTensor["stored"];
}

/** An argument that is a constant of float32. */
export function constantOf(value: ProgramValue): Weights {
  const { values, shape, stored, name = "constant" } = requireTensor(value);
  if (values instanceof Float32Array) return { name, values, shape: numbersOf(shape), stored };
  throw new ExportError("trace", "weights that no input changes", "others");
}

/** The type of a tensor in a graph. */
export function elementType(dtype: DType): ElementType {
  if (dtype === "bfloat16" || dtype === "int16") {
    throw new ExportError("trace", "float32 or whole numbers", dtype);
  }
  return dtype;
}

function asValues(values: Exclude<ProgramTensor["values"], undefined>, dtype: DType): Values {
  if (values instanceof Int16Array || dtype === "float16")
    throw new ExportError("trace", "float32 or whole numbers", dtype);
  return values;
}

function shapeText({ dtype, shape }: ProgramTensor): string {
  return `${dtype} [${shape.map((size) => (isOpen(size) ? size.axes.join("·") : size)).join(", ")}]`;
}
