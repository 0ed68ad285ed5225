import { create, toBinary } from "@bufbuild/protobuf";
import type { Attribute, Graph, GraphEnd, Initializer } from "./graph.ts";
import {
  type AttributeProto,
  AttributeProto_AttributeType as Type,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "./onnx_pb.ts";
import { typeNumbers } from "./values.ts";

/** The version of the operators that graphs are made of: onnxruntime 1.17 and earlier ones know it. */
export const opset = 17;
/** The version of the file's form, that of the same time. */
const irVersion = 8n;

/** What a file says of its graph. */
export interface ModelFacts {
  readonly name: string;
  /** The version of Leeway. */
  readonly version: string;
  /** For people. */
  readonly about: string;
  /** What programs may read, by its name. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** A graph as the bytes of a `.onnx` file. */
export function encodeModel(graph: Graph, { name, version, about, metadata }: ModelFacts): Uint8Array {
  const model = create(ModelProtoSchema, {
    irVersion,
    opsetImport: [create(OperatorSetIdProtoSchema, { domain: "", version: BigInt(opset) })],
    producerName: "leeway",
    producerVersion: version,
    docString: about,
    graph: create(GraphProtoSchema, {
      name,
      node: graph.nodes.map(({ operator, name: called, inputs, outputs, attributes }) =>
        create(NodeProtoSchema, {
          ...{ opType: operator, name: called, input: [...inputs], output: [...outputs] },
          attribute: Object.entries(attributes).map(([key, value]) => attributeOf(key, value)),
        }),
      ),
      initializer: graph.initializers.map(tensorOf),
      input: graph.inputs.map(endOf),
      output: graph.outputs.map(endOf),
    }),
    metadataProps: Object.entries(metadata).map(([key, value]) =>
      create(StringStringEntryProtoSchema, { key, value }),
    ),
  });
  return toBinary(ModelProtoSchema, model);
}

function attributeOf(name: string, value: Attribute): AttributeProto {
  if (typeof value === "number") {
    return create(AttributeProtoSchema, { name, type: Type.INT, i: BigInt(value) });
  }
  if (typeof value === "string") {
    return create(AttributeProtoSchema, { name, type: Type.STRING, s: new TextEncoder().encode(value) });
  }
  if ("float" in value) return create(AttributeProtoSchema, { name, type: Type.FLOAT, f: value.float });
  return create(AttributeProtoSchema, { name, type: Type.INTS, ints: value.map(BigInt) });
}

/** Every machine that this runs on writes numbers as ONNX does, the lowest byte first. */
function tensorOf({ name, type, shape, values }: Initializer): TensorProto {
  return create(TensorProtoSchema, {
    ...{ name, dataType: typeNumbers[type], dims: shape.map(BigInt) },
    rawData: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  });
}

function endOf({ name, type, shape, about = "" }: GraphEnd): ValueInfoProto {
  const dim = shape.map((size) =>
    create(TensorShapeProto_DimensionSchema, {
      value:
        typeof size === "number"
          ? { case: "dimValue", value: BigInt(size) }
          : { case: "dimParam", value: size },
    }),
  );
  const tensor = create(TypeProto_TensorSchema, {
    elemType: typeNumbers[type],
    shape: create(TensorShapeProtoSchema, { dim }),
  });
  return create(ValueInfoProtoSchema, {
    ...{ name, docString: about },
    type: create(TypeProtoSchema, { value: { case: "tensorType", value: tensor } }),
  });
}
