import type { GraphBuilder } from "../onnx/index.ts";
import { type EmbeddingSteps, maxDeviations, type NumericStep } from "../preparation/index.ts";
import type { AxisPlaces, Lowered } from "./lowering.ts";

/** What raw inputs become at the front of a graph: the network's own inputs, and where the sizes are read. */
export interface Front {
  readonly inputs: readonly (Lowered | undefined)[];
  readonly axes: AxisPlaces;
}

/** Pixels as they were decoded, uint8 [batch, side, side, C], normalised by a table of all 256 values of each channel. */
export function imageFront(
  graph: GraphBuilder,
  {
    side,
    channels,
    table,
  }: { readonly side: number; readonly channels: number; readonly table: Float32Array },
): Front {
  const pixels = graph.input({
    ...{ name: "pixels", type: "uint8", shape: ["batch", side, side, channels] },
    about: "Decoded, resized and cropped: 0 to 255, the channels of a pixel side by side.",
  });
  const values = graph.initializer("normalisation", table, { type: "float32", shape: [table.length] });
  const starts = Int32Array.from({ length: channels }, (_, c) => 256 * c);
  const offsets = graph.initializer("channel", starts, { type: "int32", shape: [channels] });
  const places = graph.node("Add", [graph.cast(pixels, "int32"), offsets]);
  const normalised = graph.node("Gather", [values, places]);
  const value = graph.node("Transpose", [normalised], { attributes: { perm: [0, 3, 1, 2] } });
  return { inputs: [{ kind: "dense", value }], axes: { batch: { input: pixels, dim: 0 } } };
}

/** Vectors as they are, float32 [batch, D], standardised in float64 as for training. */
export function embeddingFront(
  graph: GraphBuilder,
  { mean, std, unit }: Pick<EmbeddingSteps, "mean" | "std" | "unit">,
): Front {
  const size = mean.length;
  const vectors = graph.input({ name: "vectors", type: "float32", shape: ["batch", size] });
  const value = standardised(graph, unit ? ofUnitLength(graph, vectors) : vectors, { mean, std });
  return {
    inputs: [{ kind: "dense", value: graph.cast(value, "float32") }],
    axes: { batch: { input: vectors, dim: 0 } },
  };
}

/**
 * Numbers as preparation reads them, float64 [batch, F], NaN where one is missing, and codes, int64 [batch, G]: numbers are
 * taken from their column's origin, standardised and held within ±10; after them stands 1 for each that is missing, of
 * the columns in which training had missing ones.
 */
export function tableFront(graph: GraphBuilder, steps: readonly NumericStep[], groups: number): Front {
  const numbers =
    steps.length === 0
      ? undefined
      : graph.input({
          ...{ name: "numbers", type: "float64", shape: ["batch", steps.length] },
          about: "The columns of numbers in their order; NaN where a value is missing.",
        });
  const codes =
    groups === 0
      ? undefined
      : graph.input({
          ...{ name: "codes", type: "int64", shape: ["batch", groups] },
          about: "The place of each category in its column's list, from 1; 0 for what is not in it.",
        });
  const input = numbers ?? codes;
  return {
    inputs: [
      numbers === undefined ? undefined : { kind: "dense", value: preparedNumbers(graph, numbers, steps) },
      codes === undefined ? undefined : { kind: "dense", value: codes },
    ],
    axes: input === undefined ? {} : { batch: { input, dim: 0 } },
  };
}

function preparedNumbers(graph: GraphBuilder, numbers: string, steps: readonly NumericStep[]): string {
  const origins = steps.map(({ origin }) => origin);
  const moved = origins.some((origin) => origin !== 0)
    ? graph.node("Sub", [numbers, doubles(graph, "origin", origins)])
    : numbers;
  const read = graph.cast(moved, "float32"); // columns are held so
  const missing = graph.node("IsNaN", [read]);
  const value = standardised(graph, read, {
    mean: steps.map(({ mean }) => mean),
    std: steps.map(({ std }) => std),
  });
  const ends = [-maxDeviations, maxDeviations].map((end) => graph.scalar(end, "float64"));
  const held = graph.cast(graph.node("Clip", [value, ...ends]), "float32");
  const filled = graph.node("Where", [missing, graph.scalar(0), held]);
  const told = [...steps.keys()].filter((f) => steps[f]!.indicator); // f is one of them
  if (told.length === 0) return filled;
  const indicators = graph.cast(
    graph.node("Gather", [missing, graph.integers(told)], { attributes: { axis: 1 } }),
    "float32",
  );
  return graph.node("Concat", [filled, indicators], { attributes: { axis: 1 } });
}

/** (x - mean) / std of float32 values, as float64. */
function standardised(
  graph: GraphBuilder,
  values: string,
  { mean, std }: { readonly mean: readonly number[]; readonly std: readonly number[] },
): string {
  const centred = graph.node("Sub", [graph.cast(values, "float64"), doubles(graph, "mean", mean)]);
  return graph.node("Div", [centred, doubles(graph, "deviation", std)]);
}

/** x / ‖x‖ in float64, rounded to float32 as training does; zeros stay. */
function ofUnitLength(graph: GraphBuilder, vectors: string): string {
  const values = graph.cast(vectors, "float64");
  const axes = graph.initializer("last", BigInt64Array.of(1n), { type: "int64", shape: [1] });
  const squares = graph.node("ReduceSum", [graph.node("Mul", [values, values]), axes]);
  const length = graph.node("Max", [graph.node("Sqrt", [squares]), doubles(graph, "smallest", [1e-300])]);
  return graph.cast(graph.node("Div", [values, length]), "float32");
}

function doubles(graph: GraphBuilder, name: string, values: readonly number[]): string {
  return graph.initializer(name, Float64Array.from(values), { type: "float64", shape: [values.length] });
}

/** The numbers of words, int64 [batch, length], 0 after a text's end, and the lengths where the network reads them. */
export function wordsFront(graph: GraphBuilder, { lengths }: { readonly lengths: boolean }): Front {
  const tokens = graph.input({
    ...{ name: "tokens", type: "int64", shape: ["batch", "length"] },
    about: "The numbers of a text's words; 0 after its end.",
  });
  const ends = lengths
    ? graph.input({
        name: "lengths",
        type: "int64",
        shape: ["batch"],
        about: "Words of each text, at least 1.",
      })
    : undefined;
  return {
    inputs: [
      { kind: "dense", value: tokens },
      ends === undefined ? undefined : { kind: "dense", value: ends },
    ],
    axes: { batch: { input: tokens, dim: 0 }, length: { input: tokens, dim: 1 } },
  };
}

/** The features of texts: columns, int64 [batch, terms], and values, float32, filled up with column 0 and value 0. */
export function ngramsFront(graph: GraphBuilder): Front {
  const columns = graph.input({
    ...{ name: "columns", type: "int64", shape: ["batch", "terms"] },
    about: "The n-grams of a text by their numbers; filled up with 0.",
  });
  const values = graph.input({
    ...{ name: "values", type: "float32", shape: ["batch", "terms"] },
    about: "What each counts; filled up with 0.",
  });
  return {
    inputs: [
      { kind: "ragged", value: columns },
      { kind: "ragged", value: values },
    ],
    axes: { batch: { input: columns, dim: 0 }, length: { input: columns, dim: 1 } },
  };
}
