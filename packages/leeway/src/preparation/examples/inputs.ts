/** One input of a graph. */
export interface InputArray {
  /** The first is the batch. */
  readonly dims: readonly number[];
  readonly data: Float64Array | Float32Array | BigInt64Array | Uint8Array;
}

/** The inputs of a graph by their names, for a batch of examples. */
export type GraphInputs = Readonly<Record<string, InputArray>>;

/** What a graph declares of an input: its numbers and its dims, null where they follow the batch. */
export interface InputDeclaration {
  readonly type: "float64" | "float32" | "int64" | "uint8";
  readonly dims: readonly (number | null)[];
}

/** Examples as numbers, ready for a graph. */
export interface PreparedExamples {
  /** N */
  readonly length: number;
  /** [N], how many numbers each example has, where they differ: batches of like ones need the least padding. */
  readonly sizes?: ArrayLike<number>;
  /** What was not as in training, counted, with the first place. */
  readonly notes: readonly string[];
  /** The inputs of the examples at some positions. */
  inputs(positions: ArrayLike<number>): GraphInputs;
}

/** Where an example stands in a call, as the way to it: `["examples", 3]`; nothing for a single one. */
export type ExamplePath = (i: number) => readonly PropertyKey[];

/** What turns examples of one kind into numbers. */
export interface ExampleReader {
  /** The inputs that the graph must have, or some of them. */
  readonly declared: Readonly<Record<string, InputDeclaration>>;
  /** @throws ArgumentError that names the example and the column */
  read(examples: readonly unknown[], path: ExamplePath): PreparedExamples;
}

/** Whole numbers of at least 0 as int64: their low halves are written, which a loop of bigints would take five times as long for. */
export function int64(values: ArrayLike<number>): BigInt64Array {
  const into = new BigInt64Array(values.length);
  const halves = new Int32Array(into.buffer); // low, high: every machine with WebAssembly and Node is little-endian
  for (let i = 0; i < values.length; i++) halves[2 * i] = values[i]!;
  return into;
}

/** Rows of `width` numbers at some positions, one after another: the numbers themselves where that is all of them in order. */
export function gathered<A extends Float64Array | Float32Array | Int32Array | Uint8Array>(
  values: A,
  positions: ArrayLike<number>,
  width: number,
): A {
  if (isAll(positions, values.length / width)) return values;
  const Kind = values.constructor as new (length: number) => A;
  const into = new Kind(positions.length * width);
  for (let slot = 0; slot < positions.length; slot++) {
    const from = positions[slot]! * width;
    into.set(values.subarray(from, from + width), slot * width);
  }
  return into;
}

function isAll(positions: ArrayLike<number>, rows: number): boolean {
  if (positions.length !== rows) return false;
  for (let i = 0; i < rows; i++) if (positions[i] !== i) return false;
  return true;
}
