import { ExportError } from "../export-error.ts";
import { constantOf, listOf, type Lowered, type Lowering, requireTensor, type Rule } from "../lowering.ts";
import type { ProgramValue } from "../program.ts";

/** Padded sequences [N, T, …] as those without padding, which stay padded here: [T, N, …]. */
const pack: Rule = ({ args: [padded, lengths] }, lowering) => {
  const perm = requireTensor(padded).shape.map((_, i) => (i < 2 ? 1 - i : i));
  const value = lowering.graph.node("Transpose", [lowering.dense(padded)], { attributes: { perm } });
  return { kind: "packed", value, lengths: lowering.dense(lengths) };
};

/** A layer of an LSTM: PyTorch's weights of one direction or two in ONNX's order. */
const lstmLayer: Rule = ({ operator, args: [rows, , weights] }, lowering) => {
  const { graph } = lowering;
  const { value, lengths } = packed(rows, operator, lowering);
  const all = listOf(weights).map(constantOf);
  const directions = all.length / 4; // weight_ih, weight_hh, bias_ih, bias_hh each
  const hidden = all[1]!.shape[1]!; // weight_hh is [4H, H]
  const part = (k: number): readonly Float32Array[] =>
    Array.from({ length: directions }, (_, d) => all[4 * d + k]!).map((each) => inOrder(each.values, hidden)); // four each
  const [input, recurrent] = [0, 1].map((k) => {
    const { name, shape, stored } = all[k]!;
    const width = shape[1]!; // of a matrix
    const values = joined(part(k));
    const apart = [directions, 4 * hidden, width];
    if (stored !== "int8") return lowering.weights({ name, values, shape: apart, stored });
    // Scales stand for rows, of both directions.
    const rows = lowering.weights({ name, values, shape: [directions * 4 * hidden, width], stored });
    return graph.node("Reshape", [rows, graph.integers(apart)]);
  });
  const biases = part(2).map((own, d) => joined([own, part(3)[d]!])); // as many
  const bias = graph.initializer(all[2]!.name, joined(biases), {
    type: "float32",
    shape: [directions, 8 * hidden],
  });
  const ends = graph.cast(lengths, "int32");
  const direction = directions === 2 ? "bidirectional" : "forward";
  const outputs = graph.node("LSTM", [value, input!, recurrent!, bias, ends], {
    attributes: { hidden_size: hidden, direction },
  }); // [T, directions, N, H]
  const side = graph.node("Transpose", [outputs], { attributes: { perm: [0, 2, 1, 3] } });
  const rowsOf = graph.node("Reshape", [side, graph.integers([0, 0, directions * hidden])]);
  return { kind: "packed", value: rowsOf, lengths }; // [T, N, directions · H]
};

/** From PyTorch's gates i, f, g, o to i, o, f, g, which ONNX calls i, o, f, c. */
function inOrder(values: Float32Array, hidden: number): Float32Array {
  const size = values.length / 4;
  if (values.length % (4 * hidden) !== 0) throw new ExportError("leeway::lstm_layer", "four gates", "others");
  const gates = [0, 3, 1, 2].map((gate) => values.subarray(gate * size, (gate + 1) * size));
  return joined(gates);
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const into = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    into.set(part, at);
    at += part.length;
  }
  return into;
}

/** The largest value of each column over a sequence: what lies beyond its end is below all. */
const maxOfSequences: Rule = ({ operator, args: [rows] }, lowering) => {
  const { graph } = lowering;
  const { value, lengths } = packed(rows, operator, lowering); // [T, N, C]
  const time = graph.node("Squeeze", [
    graph.node("Shape", [value], { attributes: { start: 0, end: 1 } }),
    graph.integers([0]),
  ]);
  const positions = graph.node("Range", [graph.scalar(0, "int64"), time, graph.scalar(1, "int64")]);
  const column = graph.node("Unsqueeze", [positions, graph.integers([1])]); // [T, 1]
  const inside = graph.node("Less", [column, lengths]); // [T, N]
  const mask = graph.node("Unsqueeze", [inside, graph.integers([2])]);
  const seen = graph.node("Where", [mask, value, graph.scalar(-Infinity)]);
  return graph.node("ReduceMax", [seen], { attributes: { axes: [0], keepdims: 0 } });
};

function packed(
  value: ProgramValue,
  operator: string,
  lowering: Lowering,
): Extract<Lowered, { readonly kind: "packed" }> {
  const lowered = lowering.of(value);
  if (lowered.kind === "packed") return lowered;
  throw new ExportError(operator, "rows of sequences", `rows that are ${lowered.kind}`);
}

/** Operators on sequences without padding, which ONNX has not: padded they give the same. */
export const recurrentRules: Readonly<Record<string, Rule>> = {
  "leeway::pack_sequences": pack,
  "leeway::lstm_layer": lstmLayer,
  "leeway::max_of_sequences": maxOfSequences,
};
