/** What a graph says of itself, as far as it is looked at before it is run. */
export interface GraphHeader {
  /** Domains of operators: "" and "ai.onnx" are the standard's. */
  readonly domains: readonly string[];
  /** Inputs that are no weights, by name: the code of their numbers, and dims, null where one is not fixed. */
  readonly inputs: ReadonlyMap<string, { readonly type: number; readonly dims: readonly (number | null)[] }>;
  readonly outputs: readonly string[];
  /** Weights whose numbers are in other files. */
  readonly external: readonly string[];
  /** Weights that declare more numbers than are there, the first; undefined for none. */
  readonly hollow: string | undefined;
}

/** A field of a message: a number, or bytes. */
interface Field {
  readonly number: number;
  readonly value: number;
  readonly bytes: Uint8Array | undefined;
}

/**
 * Reads the head of an ONNX file, and where its weights are, without any of their numbers.
 *
 * @throws Error that says in a few words where the bytes are no such file, or end too early
 * @source onnx.proto3 of ONNX 1.12: ModelProto, GraphProto, TensorProto
 */
export function readGraphHeader(bytes: Uint8Array): GraphHeader {
  const domains: string[] = [];
  let graph: Uint8Array | undefined;
  for (const field of fields(bytes)) {
    if (field.number === 7) graph = field.bytes;
    if (field.number === 8) domains.push(textOf(inside(field), 1)); // opset_import
  }
  if (graph === undefined) throw new Error("no graph in it");
  const found: Found = { weights: new Set(), external: [], hollow: undefined };
  const inputs: [string, ReturnType<typeof typeOf>][] = [];
  const outputs: string[] = [];
  for (const field of fields(graph)) {
    if (field.number === 1) lookIntoNode(inside(field), found, 0);
    if (field.number === 5) lookAtTensor(inside(field), found);
    if (field.number === 11) inputs.push([textOf(inside(field), 1), typeOf(inside(field))]);
    if (field.number === 12) outputs.push(textOf(inside(field), 1));
  }
  return {
    domains,
    inputs: new Map(inputs.filter(([name]) => !found.weights.has(name))),
    outputs,
    external: found.external,
    hollow: found.hollow,
  };
}

interface Found {
  readonly weights: Set<string>;
  readonly external: string[];
  hollow: string | undefined;
}

/** Bytes of a number, by its code (float, uint8, int8, …); others are not looked at. */
const widths: Readonly<Record<number, number>> = {
  ...{ 1: 4, 6: 4, 12: 4 },
  ...{ 2: 1, 3: 1, 9: 1 },
  ...{ 4: 2, 5: 2, 10: 2, 16: 2 },
  ...{ 7: 8, 11: 8, 13: 8 },
};

function lookAtTensor(tensor: Uint8Array, found: Found): void {
  const name = textOf(tensor, 8);
  found.weights.add(name);
  let [numbers, type, raw, others] = [1, 0, -1, 0];
  let isExternal = false;
  for (const { number, value, bytes } of fields(tensor)) {
    if (number === 1) for (const dim of bytes === undefined ? [value] : packed(bytes)) numbers *= dim;
    if (number === 2) type = value;
    if (number === 9) raw = bytes?.length ?? 0;
    if (number === 13 || (number === 14 && value === 1)) isExternal = true;
    if ([4, 5, 6, 7, 10, 11].includes(number)) others += bytes?.length ?? 1; // a byte a number at least
  }
  if (isExternal) found.external.push(name);
  const width = widths[type];
  const there = raw === -1 ? others : width === undefined ? Infinity : raw / width;
  if (numbers > there) found.hollow ??= name;
}

/** Weights in the attributes of a node, and of the graphs inside it. */
function lookIntoNode(node: Uint8Array, found: Found, depth: number): void {
  if (depth > 16) throw new Error("graphs within graphs, more than 16 deep");
  for (const attribute of fields(node)) {
    if (attribute.number !== 5) continue;
    for (const field of fields(inside(attribute))) {
      if (field.number === 5 || field.number === 10) lookAtTensor(inside(field), found);
      if (field.number !== 6 && field.number !== 11) continue;
      for (const part of fields(inside(field))) {
        if (part.number === 1) lookIntoNode(inside(part), found, depth + 1);
        if (part.number === 5) lookAtTensor(inside(part), found);
      }
    }
  }
}

/** The numbers and dims of a ValueInfoProto. */
function typeOf(value: Uint8Array): { readonly type: number; readonly dims: readonly (number | null)[] } {
  const tensor = messageOf(messageOf(value, 2), 1); // TypeProto, its tensor_type
  let type = 0;
  const dims: (number | null)[] = [];
  for (const field of fields(tensor)) {
    if (field.number === 1) type = field.value;
    if (field.number !== 2) continue;
    for (const dim of fields(inside(field))) {
      const [first] = fields(inside(dim));
      dims.push(first?.number === 1 ? first.value : null);
    }
  }
  return { type, dims };
}

function messageOf(bytes: Uint8Array, number: number): Uint8Array {
  for (const field of fields(bytes)) if (field.number === number) return inside(field);
  return new Uint8Array(0);
}

function textOf(bytes: Uint8Array, number: number): string {
  return new TextDecoder().decode(messageOf(bytes, number));
}

function inside({ bytes }: Field): Uint8Array {
  if (bytes === undefined) throw new Error("a field of another type");
  return bytes;
}

/** The fields of a message of Protocol Buffers. */
function* fields(bytes: Uint8Array): Generator<Field, void, undefined> {
  const reader = { bytes, at: 0 };
  while (reader.at < bytes.length) {
    const key = varint(reader);
    const [number, wire] = [Math.floor(key / 8), key % 8];
    if (wire === 0) yield { number, value: varint(reader), bytes: undefined };
    else {
      const length = wire === 2 ? varint(reader) : wire === 5 ? 4 : wire === 1 ? 8 : -1;
      const end = reader.at + length;
      if (length < 0) throw new Error("something else than ONNX");
      if (end > bytes.length) throw new Error("the file ends too early");
      yield { number, value: 0, bytes: bytes.subarray(reader.at, end) };
      reader.at = end;
    }
  }
}

function packed(bytes: Uint8Array): number[] {
  const reader = { bytes, at: 0 };
  const values: number[] = [];
  while (reader.at < bytes.length) values.push(varint(reader));
  return values;
}

function varint(reader: { readonly bytes: Uint8Array; at: number }): number {
  let [value, factor] = [0, 1];
  for (let i = 0; i < 10; i++) {
    const byte = reader.bytes[reader.at++];
    if (byte === undefined) throw new Error("the file ends too early");
    value += (byte & 127) * factor;
    if (byte < 128) return value;
    factor *= 128;
  }
  throw new Error("something else than ONNX");
}
