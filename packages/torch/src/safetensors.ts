import type { DType, TensorData } from "./dtype.ts";
import { tensor } from "./ops/creation.ts";
import type { Tensor } from "./tensor.ts";

const names: Partial<Record<DType, string>> = {
  float32: "F32",
  float64: "F64",
  int64: "I64",
  int32: "I32",
  uint8: "U8",
  int16: "I16",
  int8: "I8",
  bool: "BOOL",
};

const arrays: Record<string, { new (buffer: ArrayBuffer): TensorData; readonly BYTES_PER_ELEMENT: number }> =
  {
    F32: Float32Array,
    F64: Float64Array,
    I64: BigInt64Array,
    I32: Int32Array,
    U8: Uint8Array,
    I16: Int16Array,
    I8: Int8Array,
    BOOL: Uint8Array,
  };

const metadataKey = "__metadata__";

/** Numbers of 16 bits as the float32 that they are: every one of them is exactly one of those. */
const widened: Readonly<Record<string, (values: Uint16Array) => Float32Array>> = {
  F16: (values) => {
    const table = Float32Array.from({ length: 2 ** 16 }, (_, bits) => halfOf(bits));
    return Float32Array.from(values, (bits) => table[bits]!); // of 16 bits
  },
  // The upper half of a float32.
  BF16: (values) => new Float32Array(Uint32Array.from(values, (bits) => bits << 16).buffer),
};

/** Bytes of a number of a dtype; undefined for one that is not known. */
function widthOf(dtype: string): number | undefined {
  if (Object.hasOwn(widened, dtype)) return Uint16Array.BYTES_PER_ELEMENT;
  return Object.hasOwn(arrays, dtype) ? arrays[dtype]!.BYTES_PER_ELEMENT : undefined;
}

/** IEEE 754's binary16: a bit of sign, 5 of exponent, 10 of fraction. */
function halfOf(bits: number): number {
  const sign = bits >> 15 === 0 ? 1 : -1;
  const [exponent, fraction] = [(bits >> 10) & 0x1f, bits & 0x3ff];
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** One tensor of a header that has been checked. */
interface Entry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly from: number;
  readonly to: number;
}

/**
 * Named tensors as bytes in the safetensors format: a length, a JSON header, the values.
 *
 * @param metadata strings stored beside them
 * @throws TypeError for a dtype the format's writer here does not know (bfloat16, float16: convert first)
 * @throws RangeError for a tensor named `__metadata__`, which the format keeps for itself
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header: [name: string, entry: unknown][] = [[metadataKey, metadata]];
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const [name, value] of Object.entries(tensors)) {
    if (name === metadataKey) {
      throw new RangeError(`encodeSafetensors: expected another name than ${name}. The format needs it.`);
    }
    const dtype = names[value.dtype];
    if (dtype === undefined) {
      throw new TypeError(
        `encodeSafetensors: expected ${name} of a plain dtype, got ${value.dtype}. Convert it.`,
      );
    }
    const data = value.data();
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    header.push([name, { dtype, shape: value.shape, data_offsets: [offset, offset + bytes.length] }]);
    parts.push(bytes);
    offset += bytes.length;
  }
  // Values start at a multiple of 8, as the format asks for; spaces after JSON are allowed.
  const json = JSON.stringify(Object.fromEntries(header));
  const text = Buffer.from(
    json.padEnd(Math.ceil(Buffer.byteLength(json) / 8) * 8 - (Buffer.byteLength(json) - json.length)),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, ...parts]);
}

/**
 * The tensors of a safetensors file. Those of 16 bits (F16, BF16) become float32, to the bit, and are named.
 *
 * Everything is checked before the first tensor is made.
 *
 * @throws RangeError if the bytes are not one: truncated, with holes or overlaps, a shape that does not fit
 */
export function decodeSafetensors(bytes: Uint8Array): {
  readonly tensors: Record<string, Tensor>;
  readonly metadata: Record<string, string>;
  /** The dtype of each tensor that was widened, by its name. */
  readonly halves: Readonly<Record<string, "F16" | "BF16">>;
} {
  const { header, values } = splitHeader(bytes);
  const metadata = readMetadata(header[metadataKey] ?? {});
  const entries = Object.entries(header)
    .filter(([name]) => name !== metadataKey)
    .map(([name, entry]) => readEntry(name, entry));
  requireContiguous(entries, values.length);
  const tensors = entries.map((entry): [string, Tensor] => [entry.name, readTensor(entry, values)]);
  const halves = entries.flatMap(({ name, dtype }) =>
    dtype === "F16" || dtype === "BF16" ? [[name, dtype] as const] : [],
  );
  return { tensors: Object.fromEntries(tensors), metadata, halves: Object.fromEntries(halves) };
}

function splitHeader(bytes: Uint8Array): { header: Record<string, unknown>; values: Uint8Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length < 8 ? Infinity : Number(view.getBigUint64(0, true));
  if (length > bytes.length - 8) {
    throw new RangeError(
      `decodeSafetensors: expected a header within ${bytes.length} bytes, got one of ${length}. The file is cut off.`,
    );
  }
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, 8 + length)));
  } catch (cause) {
    throw new RangeError("decodeSafetensors: expected a header of JSON, got something else.", { cause });
  }
  if (!isObject(header)) {
    throw new RangeError("decodeSafetensors: expected a header that is an object, got something else.");
  }
  return { header, values: bytes.subarray(8 + length) };
}

function readMetadata(metadata: unknown): Record<string, string> {
  if (isObject(metadata) && Object.values(metadata).every((value) => typeof value === "string")) {
    return metadata as Record<string, string>;
  }
  throw new RangeError("decodeSafetensors: expected metadata of strings, got something else.");
}

function readEntry(name: string, entry: unknown): Entry {
  const { dtype, shape, data_offsets: offsets } = isObject(entry) ? entry : {};
  const width = typeof dtype === "string" ? widthOf(dtype) : undefined;
  if (typeof dtype !== "string" || width === undefined || !isShape(shape)) {
    throw new RangeError(
      `decodeSafetensors: expected ${name} with a known dtype and a shape, got ${JSON.stringify(dtype)}.`,
    );
  }
  if (!isSizes(offsets) || offsets.length !== 2) {
    throw new RangeError(`decodeSafetensors: expected ${name} with two data_offsets, got something else.`);
  }
  const [from, to] = offsets as [number, number];
  const bytes = shape.reduce((product, size) => product * size, width);
  if (to - from !== bytes) {
    throw new RangeError(
      `decodeSafetensors: expected ${name} to hold ${bytes} bytes for its shape, got ${to - from}.`,
    );
  }
  return { name, dtype, shape, from, to };
}

/** Values follow one another and fill the file: neither a hole, nor an overlap, nor an end that is cut off. */
function requireContiguous(entries: readonly Entry[], length: number): void {
  let end = 0;
  for (const { name, from, to } of [...entries].sort((a, b) => a.from - b.from || a.to - b.to)) {
    if (from !== end) {
      throw new RangeError(`decodeSafetensors: expected ${name} to begin at ${end}, got ${from}.`);
    }
    end = to;
  }
  if (end !== length) {
    throw new RangeError(
      `decodeSafetensors: expected ${end} bytes of values, got ${length}. The file is ${end > length ? "cut off" : "too long"}.`,
    );
  }
}

function readTensor({ dtype, shape, from, to }: Entry, values: Uint8Array): Tensor {
  const buffer = new ArrayBuffer(to - from);
  new Uint8Array(buffer).set(values.subarray(from, to));
  const { [dtype]: widen } = widened;
  if (widen !== undefined) return tensor(widen(new Uint16Array(buffer)), shape);
  return tensor(new arrays[dtype]!(buffer), shape, dtype === "BOOL" ? { dtype: "bool" } : {});
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Sizes whose product is a number one can count to, a zero among them or not. */
function isShape(value: unknown): value is number[] {
  return (
    isSizes(value) && Number.isSafeInteger(value.reduce((product, size) => product * Math.max(size, 1), 8))
  );
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && (size as number) >= 0);
}
