import { fileError } from "../files/file-error.ts";

/** How an array's items are read from their bytes. */
export type NpyItems = { readonly bytes: number } & (
  | { readonly kind: "number"; readonly read: (view: DataView, at: number) => number }
  | { readonly kind: "text"; readonly read: (view: DataView, at: number) => string }
);

/**
 * How items of a type are read: floats of 2, 4 or 8 bytes, whole numbers of 1 to 8, booleans, and text, in either order
 * of bytes.
 *
 * @param place how an error speaks of the file
 * @param descr such as <f4
 * @throws RunError with code "data" for another type
 */
export function npyItems(place: string, descr: string): NpyItems {
  const [, order = "", kind = "", digits = ""] = /^([<>|=]?)([a-zA-Z])(\d+)$/.exec(descr) ?? [];
  const little = order !== ">";
  const size = Number(digits);
  if (kind === "U" && size > 0)
    return { kind: "text", bytes: 4 * size, read: (view, at) => letters(view, at, { size, little }) };
  if (kind === "S" && size > 0)
    return { kind: "text", bytes: size, read: (view, at) => bytesAsText(view, at, size) };
  const read = numbers[`${kind}${digits}`];
  if (read !== undefined) return { kind: "number", bytes: size, read: (view, at) => read(view, at, little) };
  const known = otherTypes.find(({ test }) => test.test(`${kind}${digits}`));
  throw fileError(place, {
    expected: "float16, float32, float64, whole numbers, booleans or text",
    got: `${known?.what ?? "another type"}, dtype "${descr.slice(0, 40)}"`,
    advice: known?.advice ?? 'Save it with np.save(path, x.astype("float32")).',
  });
}

const otherTypes: readonly { readonly test: RegExp; readonly what: string; readonly advice: string }[] = [
  {
    test: /^c/,
    what: "complex numbers",
    advice: "Save their parts: np.concatenate([x.real, x.imag], axis=1).",
  },
  { test: /^[Mm]/, what: "dates or times", advice: 'Save them as numbers: x.astype("int64").' },
  { test: /^V2$/, what: "bfloat16 or bytes", advice: 'Save it with np.save(path, x.astype("float32")).' },
];

type ReadNumber = (view: DataView, at: number, little: boolean) => number;

const numbers: Readonly<Record<string, ReadNumber>> = {
  f2: (view, at, little) => half(view.getUint16(at, little)),
  f4: (view, at, little) => view.getFloat32(at, little),
  f8: (view, at, little) => view.getFloat64(at, little),
  i1: (view, at) => view.getInt8(at),
  i2: (view, at, little) => view.getInt16(at, little),
  i4: (view, at, little) => view.getInt32(at, little),
  i8: (view, at, little) => Number(view.getBigInt64(at, little)),
  u1: (view, at) => view.getUint8(at),
  u2: (view, at, little) => view.getUint16(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  u8: (view, at, little) => Number(view.getBigUint64(at, little)),
  b1: (view, at) => view.getUint8(at),
};

/** A half-precision number from its bits: 1 sign, 5 exponent, 10 fraction. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Text of at most `size` letters, 4 bytes each, ended by zeros. */
function letters(
  view: DataView,
  at: number,
  { size, little }: { readonly size: number; readonly little: boolean },
): string {
  let text = "";
  for (let i = 0; i < size; i++) {
    const letter = view.getUint32(at + 4 * i, little);
    if (letter === 0) break;
    text += letter <= 0x10ffff ? String.fromCodePoint(letter) : "\ufffd";
  }
  return text;
}

/** Bytes of text, ended by zeros. */
function bytesAsText(view: DataView, at: number, size: number): string {
  const text = Buffer.from(view.buffer, view.byteOffset + at, size).toString("utf8");
  return text.replace(/\0+$/, "");
}
