import { describe as suite, expect, test } from "vitest";
import { float16Bits, float16Values } from "../../src/onnx/index.ts";

suite("float16Bits", () => {
  const of = (value: number): number => float16Bits(Float32Array.of(value))[0]!;

  test.for([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65519, 0x7bff],
    [65520, 0x7c00],
    [-Infinity, 0xfc00],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [1.5 * 2 ** -24, 0x0002],
    [1 / 3, 0x3555],
  ])("of %d is %d", ([value, bits]) => {
    expect(of(value!)).toBe(bits);
  });

  test("takes the even one of two that are equally near", () => {
    expect([1 + 2 ** -11, 1 + 3 * 2 ** -11].map(of)).toEqual([0x3c00, 0x3c02]);
  });

  test("keeps what is no number", () => {
    expect(float16Values(float16Bits(Float32Array.of(NaN)))[0]).toBeNaN();
  });

  test("gives all 63,488 finite numbers back", () => {
    const bits = Uint16Array.from({ length: 1 << 16 }, (_, i) => i).filter(
      (half) => (half >> 10) % 32 !== 31,
    );
    expect(bits).toHaveLength(63_488);
    expect(float16Bits(float16Values(bits))).toEqual(bits);
  });
});
