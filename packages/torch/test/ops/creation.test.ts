import { describe as suite, expect, test } from "vitest";
import {
  arange,
  type DType,
  empty,
  full,
  Generator,
  ones,
  rand,
  randn,
  scalar,
  tensor,
  type TensorData,
  TorchError,
  zeros,
  zerosLike,
} from "../../src/index.ts";

suite("tensor", () => {
  const arrays: [DType, TensorData][] = [
    ["float32", Float32Array.of(1.5, -2, NaN)],
    ["float64", Float64Array.of(0.1, -0, Infinity)],
    ["int64", BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n, 0n)],
    ["int32", Int32Array.of(-(2 ** 31), 2 ** 31 - 1, 0)],
    ["uint8", Uint8Array.of(0, 127, 255)],
    ["int16", Int16Array.of(-32768, 32767, 0)],
    ["int8", Int8Array.of(-128, 127, 0)],
  ];
  test.each(arrays)("gives back the %s values it was made from", (dtype, data) => {
    const made = tensor(data);
    expect(made.dtype).toBe(dtype);
    expect(made.data()).toEqual(data);
  });

  test("holds booleans as 0 and 1", () => {
    const made = tensor([0, 2, -1], [3], { dtype: "bool" });
    expect([made.dtype, made.data()]).toEqual(["bool", Uint8Array.of(0, 1, 1)]);
  });

  test("rounds to the nearest bfloat16, which has eight bits of precision", () => {
    const made = tensor([1, 1 + 2 ** -7, 1 + 2 ** -9, -3.140625], [4], { dtype: "bfloat16" });
    expect(made.toNumbers()).toEqual([1, 1 + 2 ** -7, 1, -3.140625]);
  });

  test("takes plain numbers as float32", () => {
    expect(tensor([0.1]).toNumbers()).toEqual([Math.fround(0.1)]);
  });

  test("loses nothing of plain numbers on the way to another dtype", () => {
    expect(tensor([0.1], [1], { dtype: "float64" }).toNumbers()).toEqual([0.1]);
    expect(tensor([2 ** 24 + 1], [1], { dtype: "int64" }).toNumbers()).toEqual([2 ** 24 + 1]);
  });

  test("copies: writing the array later changes nothing", () => {
    const data = Float32Array.of(1, 2);
    const made = tensor(data);
    data[0] = 9;
    expect(made.toNumbers()).toEqual([1, 2]);
  });

  test("reads a part of a larger buffer, and shared memory", () => {
    const shared = new Float32Array(new SharedArrayBuffer(16), 4, 2);
    shared.set([3, 4]);
    expect(tensor(shared).toNumbers()).toEqual([3, 4]);
  });

  test("can be empty, and without dimensions", () => {
    expect(tensor([], [2, 0]).shape).toEqual([2, 0]);
    expect(tensor([], [2, 0]).toNumbers()).toEqual([]);
    expect(tensor([7], []).shape).toEqual([]);
    expect(tensor([7], []).item()).toBe(7);
  });

  const refused: [string, () => unknown, RegExp][] = [
    [
      "a shape for other values",
      () => tensor([1, 2], [3]),
      /^tensor: expected 3 values for this shape, got 2$/,
    ],
    ["a negative size", () => tensor([1], [-1]), /shape\[0\] to be a whole number of at least 0, got -1/],
    ["a shape that overflows", () => tensor([1], [2 ** 40, 2 ** 40]), /too many elements/],
    ["an array of no dtype", () => tensor(new BigUint64Array(1) as never), /expected a Float32Array/],
    [
      "a dtype it does not know",
      () => tensor([1], [1], { dtype: "real" as never }),
      /expected a dtype.*"real"/,
    ],
  ];
  test.each(refused)("refuses %s", (_, make, message) => {
    expect(make).toThrow(TorchError);
    expect(make).toThrow(message);
  });

  test("survives a shape whose reading takes the data's memory away", () => {
    const data = new Float32Array(4);
    const shape = [0];
    Object.defineProperty(shape, 0, {
      get: () => (structuredClone(data, { transfer: [data.buffer] }), 4),
    });
    expect(() => tensor(data, shape)).toThrow(/expected 4 values for this shape, got 0/);
  });
});

suite("creation", () => {
  test("fills with zero, one and any value, in any dtype", () => {
    expect(zeros([2, 2]).toNumbers()).toEqual([0, 0, 0, 0]);
    expect(ones([2], { dtype: "int64" }).data()).toEqual(BigInt64Array.of(1n, 1n));
    expect(full([2], 2.5, { dtype: "float64" }).toNumbers()).toEqual([2.5, 2.5]);
    expect(scalar(3).shape).toEqual([]);
    expect(empty([2, 3], { dtype: "uint8" }).shape).toEqual([2, 3]);
  });

  test("zerosLike takes shape and dtype of its input, not its values", () => {
    const made = zerosLike(tensor([Infinity, NaN], [2, 1], { dtype: "float64" }));
    expect([made.dtype, made.shape, made.toNumbers()]).toEqual(["float64", [2, 1], [0, 0]]);
  });

  test("arange counts from 0", () => {
    expect(arange(3).data()).toEqual(BigInt64Array.of(0n, 1n, 2n));
  });

  test("rand stays in [0, 1), randn has mean 0 and variance 1", () => {
    const generator = new Generator(0);
    const uniform = rand([10_000], { generator }).toNumbers();
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...uniform)).toBeLessThan(1);
    const normal = randn([10_000], { generator, dtype: "float64" });
    // Five standard errors: 5 / √10,000 of the mean, 5 · √(2 / 10,000) of the variance.
    expect(Math.abs(normal.mean().item())).toBeLessThan(0.05);
    expect(Math.abs(normal.mul(normal).mean().item() - 1)).toBeLessThan(0.071);
  });
});
