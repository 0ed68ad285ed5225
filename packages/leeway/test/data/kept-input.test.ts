import { scope, tensor } from "@leeway/torch";
import { describe as suite, expect, test } from "vitest";
import { readLater } from "../../src/data/batching.ts";
import { type InputOf, keptInput } from "../../src/data/kept-input.ts";

const ids = Uint32Array.of(9, 3, 7, 5, 1);

/** Two values an example: its id and ten times it. How many examples were computed is counted. */
function counted(): { compute: InputOf; computed: () => number } {
  let count = 0;
  const compute: InputOf = (rows) => {
    const values = (): Int32Array => {
      count += rows.length;
      return Int32Array.from({ length: 2 * rows.length }, (_, i) => rows[i >> 1]! * (i % 2 === 0 ? 1 : 10));
    };
    const shape = [rows.length, 2];
    return readLater({ shape, toTensor: () => tensor(values(), shape, { dtype: "int64" }) }, values);
  };
  return { compute, computed: () => count };
}

suite("keptInput", () => {
  test("computes each example twice, in the first pass and to keep it, and gives the same ever after", () => {
    const { compute, computed } = counted();
    const input = keptInput(ids, compute);
    const batch = (positions: Uint32Array): number[] =>
      scope(() => {
        const { toTensor } = input(
          positions,
          positions.map((at) => ids[at]!),
        );
        const made = toTensor!("cpu"); // by compute
        expect([made.dtype, made.shape]).toEqual(["int64", [positions.length, 2]]);
        return Array.from(made.data(), Number);
      });
    const pass = (): number[] => [...batch(Uint32Array.of(4, 0, 2)), ...batch(Uint32Array.of(3, 1))];
    const first = pass();
    expect(first).toEqual([1, 10, 9, 90, 7, 70, 5, 50, 3, 30]);
    expect(computed()).toBe(5);
    expect([pass(), pass()]).toEqual([first, first]);
    expect(computed()).toBe(10);
  });

  test("computes values that are read without tensors every time", () => {
    const { compute, computed } = counted();
    const input = keptInput(ids, compute);
    for (let pass = 1; pass <= 3; pass++) {
      expect([...input(Uint32Array.of(1), Uint32Array.of(3)).values]).toEqual([3, 30]);
      expect(computed()).toBe(pass);
    }
  });

  test("has no tensors where there were none", () => {
    const input = keptInput(ids, (rows) => ({ shape: [rows.length, 1], values: Int32Array.from(rows) }));
    expect(input(Uint32Array.of(1), Uint32Array.of(3)).toTensor).toBeUndefined();
  });
});
