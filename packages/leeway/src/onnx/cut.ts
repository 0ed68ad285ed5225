import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
  TensorProto_DataLocation,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "./onnx_pb.ts";
import { typeNumbers } from "./values.ts";

/** A value that goes into a graph or comes out. */
export interface FoundEnd {
  readonly name: string;
  /** As {@link typeNumbers} has it; 0 where the file does not say. */
  readonly type: number;
  /** Null where a size is not fixed; undefined where the file does not say. */
  readonly dims: readonly (number | null)[] | undefined;
}

/** A graph that somebody wrote. */
export interface FoundGraph {
  readonly model: ModelProto;
  readonly graph: GraphProto;
  /** Without its weights. */
  readonly inputs: readonly FoundEnd[];
  readonly outputs: readonly FoundEnd[];
  /** Other files that hold weights of it, as it names them. */
  readonly external: readonly string[];
}

/**
 * Reads an ONNX file whole.
 *
 * @throws Error that says in a few words where the bytes are no such file, or end too early
 */
export function decodeModel(bytes: Uint8Array): FoundGraph {
  const model = parsed(bytes);
  const { graph } = model;
  if (graph === undefined || graph.node.length === 0) throw new Error("no graph in it");
  const weights = new Set(graph.initializer.map(({ name }) => name));
  const external = new Set<string>();
  for (const tensor of tensorsOf(graph)) {
    if (tensor.dataLocation !== TensorProto_DataLocation.EXTERNAL) continue;
    external.add(tensor.externalData.find(({ key }) => key === "location")?.value ?? "");
  }
  return {
    model,
    graph,
    inputs: graph.input.filter(({ name }) => !weights.has(name)).map(endOf),
    outputs: graph.output.map(endOf),
    external: [...external],
  };
}

function parsed(bytes: Uint8Array): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const isShort = /premature|out of range|invalid or unsupported/i.test(message);
    throw new Error(isShort ? "bytes that end too early, or are none of ONNX" : message, { cause });
  }
}

function* tensorsOf(graph: GraphProto): Generator<TensorProto> {
  yield* graph.initializer;
  for (const { attribute } of graph.node) {
    for (const { t, tensors, g, graphs } of attribute) {
      if (t !== undefined) yield t;
      yield* tensors;
      for (const inner of [...(g === undefined ? [] : [g]), ...graphs]) yield* tensorsOf(inner);
    }
  }
}

function endOf({ name, type }: ValueInfoProto): FoundEnd {
  const tensor = type?.value.case === "tensorType" ? type.value.value : undefined;
  const dims = tensor?.shape?.dim.map(({ value }) =>
    value.case === "dimValue" && value.value > 0n ? Number(value.value) : null,
  );
  return { name, type: tensor?.elemType ?? 0, dims };
}

/** What may stand between the last matrix product of a classifier and an output, and moves no information across examples. */
const passing: ReadonlySet<string> = new Set([
  ...["Identity", "Cast", "Softmax", "LogSoftmax", "Sigmoid", "Clip", "Reshape", "Flatten", "Squeeze"],
  ...["Unsqueeze", "Add", "Sub", "Mul", "Div", "QuantizeLinear", "DequantizeLinear"],
]);
const products: ReadonlySet<string> = new Set(["Gemm", "MatMul", "MatMulInteger", "QLinearMatMul", "QGemm"]);

/**
 * What goes into the last matrix product before an output: the features that a classifier's last layer reads. Undefined
 * where something else than scales, shifts and softmax stands after it, or there is none.
 */
export function lastFeatures({ graph }: FoundGraph, output: string): string | undefined {
  const makers = new Map(graph.node.flatMap((node) => node.output.map((name) => [name, node] as const)));
  const fixed = fixedValues(graph);
  const dataInput = ({ input }: NodeProto): string | undefined =>
    input.find((name) => name !== "" && !fixed.has(name));
  let value: string | undefined = output;
  for (let steps = 0; value !== undefined && steps < 64; steps++) {
    const node: NodeProto | undefined = makers.get(value);
    if (node === undefined) return undefined;
    if (products.has(node.opType)) return dataInput(node);
    if (!passing.has(node.opType)) return undefined;
    value = dataInput(node);
  }
  return undefined;
}

/** Values that are the same whatever goes in: weights, constants and what is made of these alone. */
function fixedValues({ initializer, node: nodes }: GraphProto): ReadonlySet<string> {
  const fixed = new Set(initializer.map(({ name }) => name));
  for (const { input, output } of nodes) {
    if (input.every((name) => name === "" || fixed.has(name))) for (const name of output) fixed.add(name);
  }
  return fixed;
}

/** The names of values that nodes make, the last first. */
export function valueNames({ graph }: FoundGraph): string[] {
  return graph.node.flatMap(({ output }) => output.filter((name) => name !== "")).reverse();
}

/**
 * A graph whose only output is one of its values, without what that does not need.
 *
 * @param value of float32, made by a node
 * @returns ONNX
 */
export function graphUpTo({ model, graph }: FoundGraph, value: string): Uint8Array {
  const needed = new Set([value]);
  const node = graph.node
    .toReversed()
    .filter((each) => {
      if (!each.output.some((name) => needed.has(name))) return false;
      for (const name of usedIn(each)) needed.add(name);
      return true;
    })
    .reverse();
  const known = [...graph.output, ...graph.valueInfo].find(({ name }) => name === value);
  const output = known ?? create(ValueInfoProtoSchema, { name: value, type: floatType() });
  return toBinary(ModelProtoSchema, {
    ...model,
    graph: {
      ...graph,
      node,
      output: [output],
      initializer: graph.initializer.filter(({ name }) => needed.has(name)),
      sparseInitializer: graph.sparseInitializer.filter(({ values }) => needed.has(values?.name ?? "")),
      // An input of weights that are gone would have to be given.
      input: graph.input.filter(
        ({ name }) => needed.has(name) || !graph.initializer.some((each) => each.name === name),
      ),
      valueInfo: graph.valueInfo.filter(({ name }) => name !== value),
    },
  });
}

function floatType(): ValueInfoProto["type"] {
  return create(ValueInfoProtoSchema, {
    type: { value: { case: "tensorType", value: { elemType: typeNumbers.float32 } } },
  }).type;
}

/** What a node reads, and the graphs within it. */
function* usedIn({ input, attribute }: NodeProto): Generator<string> {
  yield* input;
  for (const { g, graphs } of attribute) {
    for (const inner of [...(g === undefined ? [] : [g]), ...graphs]) {
      for (const each of inner.node) yield* usedIn(each);
      for (const { name } of inner.output) yield name;
    }
  }
}
