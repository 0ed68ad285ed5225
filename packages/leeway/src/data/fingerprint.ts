import { createHash } from "node:crypto";
import type { Examples } from "./examples.ts";

/**
 * SHA-256 over a data set's name, ids and labels, in order: two runs saw the same examples if and only if
 * (but for a collision) these agree. The pixels are left out: ids and labels already tell subsets apart.
 *
 * @returns 64 hexadecimal digits; the first 16 are enough to show
 */
export function fingerprint({ name, ids, labels }: Pick<Examples, "name" | "ids" | "labels">): string {
  const hash = createHash("sha256");
  hash.update(`${name}\n${labels.length}\n`);
  hash.update(littleEndian(ids));
  hash.update(littleEndian(labels));
  return hash.digest("hex");
}

/** The numbers as bytes in one order on every machine. */
function littleEndian(values: Uint32Array | Int32Array): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i++) view.setInt32(4 * i, values[i]!, true);
  return bytes;
}
