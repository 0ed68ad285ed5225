import { float16Bits, float16Values } from "../onnx/index.ts";
import { isTensor, type Program, type ProgramTensor, type ProgramValue } from "./program.ts";

/** How weights are stored that are not float32. */
export type RoundedPrecision = "fp16" | "int8";

/** Weights of fewer numbers stay float32: there is nothing to save. */
const minNumbers = 512;
/** Rows of fewer numbers stay float32 where each row has a scale. */
const minRow = 16;
/** The largest whole number of 8 bits; -128 is not used, so that 0 stands in the middle. */
const largest = 127;

/**
 * A program with the weights that a file holds: matrices and kernels of float32 rounded to what is stored, and marked so.
 * Statistics and biases stay as they are, and so does what is computed with them.
 */
export function withStoredWeights(program: Program, precision: RoundedPrecision): Program {
  const rounded = new Map<number, ProgramTensor>();
  const value = (each: ProgramValue): ProgramValue => {
    if (Array.isArray(each)) return (each as readonly ProgramValue[]).map(value);
    if (!isTensor(each)) return each;
    const known = rounded.get(each.id);
    if (known !== undefined) return known;
    const made = roundedTensor(each, precision);
    rounded.set(each.id, made);
    return made;
  };
  return { ...program, steps: program.steps.map((step) => ({ ...step, args: step.args.map(value) })) };
}

function roundedTensor(tensor: ProgramTensor, precision: RoundedPrecision): ProgramTensor {
  const { values, shape } = tensor;
  if (!(values instanceof Float32Array) || shape.length < 2 || values.length < minNumbers) return tensor;
  if (precision === "fp16") {
    return { ...tensor, values: float16Values(float16Bits(values)), stored: precision };
  }
  const sizes = shape.map(Number);
  const width = values.length / sizes[0]!; // two dimensions at least
  if (width < minRow) return tensor;
  const { numbers, scales } = int8Weights(values, sizes, 0);
  const restored = Float32Array.from(numbers, (number, i) => number * scales[Math.floor(i / width)]!); // one a row
  return { ...tensor, values: restored, stored: precision };
}

/**
 * Numbers as whole ones of 8 bits, with a scale for each entry of a dimension: what is largest there is 127.
 *
 * @param axis the first dimension of any shape, or the second of a matrix
 */
export function int8Weights(
  values: Float32Array,
  shape: readonly number[],
  axis: number,
): { readonly numbers: Int8Array; readonly scales: Float32Array } {
  const entries = shape[axis]!; // a dimension of it
  const width = values.length / shape[0]!; // likewise
  const entryOf = (i: number): number => (axis === 0 ? Math.floor(i / width) : i % width);
  const reach = new Float64Array(entries);
  values.forEach((each, i) => {
    const entry = entryOf(i);
    reach[entry] = Math.max(reach[entry]!, Math.abs(each)); // one of them
  });
  // A row of zeros, or of numbers too small for float32, has any scale.
  const scales = Float32Array.from(reach, (each) => Math.fround(each / largest) || 1);
  const numbers = Int8Array.from(values, (each, i) => Math.round(each / scales[entryOf(i)]!)); // likewise
  return { numbers, scales };
}
