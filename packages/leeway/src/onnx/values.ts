/** The types of values that our graphs have. */
export type ElementType = "float32" | "float64" | "float16" | "int64" | "int32" | "int8" | "uint8" | "bool";

/** The numbers by which ONNX knows types, as its TensorProto.DataType has them. */
export const typeNumbers: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
};

/** Values as typed arrays: float16 as its bits, bool as bytes 0 and 1. */
export type Values =
  Float32Array | Float64Array | Uint16Array | BigInt64Array | Int32Array | Int8Array | Uint8Array;

/**
 * The nearest float16 to numbers, as bits; of two equally near the even one, and those beyond 65,504 are infinite.
 *
 * @source IEEE 754-2019, binary16
 */
export function float16Bits(values: Float32Array): Uint16Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(words, float16Of);
}

/** The numbers that float16 bits stand for. */
export function float16Values(bits: Uint16Array): Float32Array {
  return Float32Array.from(bits, (half) => {
    const sign = half >> 15 === 0 ? 1 : -1;
    const exponent = (half >> 10) & 31;
    const fraction = half & 1023;
    if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
    return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}

/** From the bits of a float32 to those of the nearest float16. */
function float16Of(word: number): number {
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // not a number
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // rounds to more than 65,504
  if (magnitude >= 0x38800000) {
    // Normal: the exponent is moved, and 13 bits of the fraction are rounded away.
    const rounded = magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1);
    return sign | (rounded >>> 13);
  }
  const exponent = magnitude >>> 23;
  if (exponent < 102) return sign; // below half of the smallest
  const fraction = (magnitude & 0x7fffff) | 0x800000;
  const shift = 126 - exponent; // 14 to 24
  const whole = fraction >>> shift;
  const rest = fraction & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return sign | (whole + (rest > half || (rest === half && (whole & 1) === 1) ? 1 : 0));
}
