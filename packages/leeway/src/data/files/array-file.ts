import { fstatSync, writeSync } from "node:fs";
import { DefaultDeserializer, DefaultSerializer } from "node:v8";
import { mapFile } from "@leeway/torch";

/** The arrays that are written, by their place here. */
const kinds = [Float32Array, Int32Array, Uint32Array, Float64Array, Uint8Array] as const;
type ArrayOfNumbers = InstanceType<(typeof kinds)[number]>;

/** Where arrays begin: at a multiple of what any of them needs. */
const alignment = 64;

/** What ends a file: where the value begins, as one float64. */
const footer = 8;

/**
 * Writes a value to an empty file: its arrays one after another, as they lie in memory, and behind them the rest.
 *
 * @param value of plain objects, lists, text, numbers and arrays of numbers
 */
export function writeArrays(file: number, value: unknown): void {
  const serializer = new ArraySerializer(file);
  serializer.writeHeader();
  serializer.writeValue(value);
  const at = serializer.end;
  writeAll(file, serializer.releaseBuffer(), at);
  writeAll(file, new Uint8Array(Float64Array.of(at).buffer), fstatSync(file).size);
}

/**
 * What {@link writeArrays} wrote. Its arrays are parts of the file: processes that map it have them in memory once.
 *
 * @throws TorchError where the file cannot be mapped
 */
export function mapArrays(path: string): unknown {
  const bytes = mapFile(path);
  const end = bytes.byteLength - footer;
  const [at] = new Float64Array(bytes.slice(end)) as unknown as [number];
  const deserializer = new ArrayDeserializer(bytes, { from: at, to: end });
  deserializer.readHeader();
  return deserializer.readValue() as unknown;
}

/** Writes arrays to a file as they come, and in their place where they are. */
class ArraySerializer extends DefaultSerializer {
  readonly #file: number;
  end = 0;

  constructor(file: number) {
    super();
    this.#file = file;
  }

  /** Called by Node for each array. */
  _writeHostObject(array: ArrayOfNumbers): void {
    const kind = kinds.findIndex((each) => array instanceof each);
    const begin = Math.ceil(this.end / alignment) * alignment;
    writeAll(this.#file, new Uint8Array(array.buffer, array.byteOffset, array.byteLength), begin);
    this.end = begin + array.byteLength;
    this.writeUint32(kind);
    this.writeDouble(begin);
    this.writeDouble(array.length);
  }
}

class ArrayDeserializer extends DefaultDeserializer {
  readonly #bytes: ArrayBuffer;

  constructor(bytes: ArrayBuffer, { from, to }: { readonly from: number; readonly to: number }) {
    super(new Uint8Array(bytes, from, to - from));
    this.#bytes = bytes;
  }

  /** Called by Node where an array was. */
  _readHostObject(): ArrayOfNumbers {
    const kind = kinds[this.readUint32()]!; // of those that were written
    const begin = this.readDouble();
    return new kind(this.#bytes, begin, this.readDouble());
  }
}

/** A write of more than 2 GB takes several. */
function writeAll(file: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length;) {
    const part = bytes.subarray(done, done + 2 ** 30);
    done += writeSync(file, part, 0, part.length, at + done);
  }
}
