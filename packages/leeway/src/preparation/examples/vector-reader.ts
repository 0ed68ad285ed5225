import type { EmbeddingSteps } from "../embedding-steps.ts";
import { exampleFault } from "./example-fault.ts";
import { type ExampleReader, gathered, type PreparedExamples } from "./inputs.ts";

/**
 * Vectors as arrays of numbers, or as rows that have one.
 *
 * @param column of rows, which has the vector
 */
export function vectorReader(
  { mean: { length: size } }: EmbeddingSteps,
  { column = "vector" }: { readonly column?: string | undefined } = {},
): ExampleReader {
  return {
    declared: { vectors: { type: "float32", dims: [null, size] } },
    read: (examples, path) => {
      const vectors = new Float32Array(examples.length * size);
      examples.forEach((example, i) => {
        const [vector, at] = vectorOf(example, path(i), column);
        if (vector.length !== size) {
          const [what, got] = [`to be ${size} numbers, as in training`, `${vector.length} numbers`];
          const advice = "Make it with the network that made those of training.";
          throw exampleFault(at, { what, got, advice });
        }
        const strange = copyFinite(vector, vectors.subarray(i * size, (i + 1) * size));
        if (strange === -1) return;
        throw exampleFault([...at, strange], { what: "to be a finite number", got: vector[strange] });
      });
      return vectorInputs(vectors, size);
    },
  };
}

/** Copies numbers. @returns the place of the first that is none, or that float32 cannot hold; -1 for none */
function copyFinite(from: ArrayLike<unknown>, to: Float32Array): number {
  const isTyped = from instanceof Float32Array || from instanceof Float64Array;
  for (let d = 0; d < to.length; d++) {
    const value = from[d];
    if (!isTyped && typeof value !== "number") return d;
    to[d] = value as number; // it is one
    if (!Number.isFinite(to[d])) return d;
  }
  return -1;
}

/** Vectors as the input of a graph. @param vectors [N, D] */
export function vectorInputs(vectors: Float32Array, size: number): PreparedExamples {
  return {
    length: vectors.length / size,
    notes: [],
    inputs: (positions) => ({
      vectors: { dims: [positions.length, size], data: gathered(vectors, positions, size) },
    }),
  };
}

function vectorOf(
  example: unknown,
  path: readonly PropertyKey[],
  column: string,
): readonly [vector: ArrayLike<unknown>, path: readonly PropertyKey[]] {
  if (isList(example)) return [example, path];
  const inside = typeof example === "object" && example !== null && Object.hasOwn(example, column);
  const value = inside ? (example as Readonly<Record<string, unknown>>)[column] : example;
  if (isList(value)) return [value, [...path, column]];
  throw exampleFault(path, { what: `to be a list of numbers, or a row with one in ${column}`, got: example });
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value && !("getInt8" in value));
}
