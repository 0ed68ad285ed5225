import { describe as suite, expect, test } from "vitest";
import {
  arange,
  cat,
  contiguous,
  flatten,
  pad,
  paddedShortcut,
  permute,
  slice,
  squeeze,
  stack,
  sum,
  type Tensor,
  tensor,
  unsqueeze,
  zeros,
} from "../../src/index.ts";
import { checkGradient } from "../../src/testing.ts";

const a = arange(6).reshape([2, 3]);

suite("shapes", () => {
  test("reshape, permute and transpose move no value, only its place", () => {
    expect(a.reshape([3, -1]).shape).toEqual([3, 2]);
    expect(a.transpose(0, 1).toNumbers()).toEqual([0, 3, 1, 4, 2, 5]);
    expect(permute(arange(6).reshape([1, 2, 3]), [2, 0, 1]).shape).toEqual([3, 1, 2]);
    expect(flatten(arange(8).reshape([2, 2, 2]), 1).shape).toEqual([2, 4]);
    expect(squeeze(unsqueeze(a, 0), 0).shape).toEqual([2, 3]);
  });

  test("cat and stack join", () => {
    expect(cat([a, a], 1).shape).toEqual([2, 6]);
    expect(stack([a, a], 0).shape).toEqual([2, 2, 3]);
  });

  test("slice takes every step-th entry and shares memory", () => {
    expect(slice(a, 1, { start: 0, step: 2 }).toNumbers()).toEqual([0, 2, 3, 5]);
    expect(slice(a, 1, { start: -1 }).toNumbers()).toEqual([2, 5]);
    expect(slice(a, 0, { end: 0 }).shape).toEqual([0, 3]);
  });

  test("pad adds on both sides of the last dimensions", () => {
    expect(pad(tensor([1, 2]), [1, 2], { value: 9 }).toNumbers()).toEqual([9, 1, 2, 9, 9]);
    expect(pad(a, [0, 0, 1, 0]).shape).toEqual([3, 3]);
  });

  test("paddedShortcut is every second pixel between channels of zeros", () => {
    for (const [channels, stride] of [
      [3, 1],
      [6, 2],
      [8, 2],
      [4, 3],
    ] as const) {
      const x = arange(2 * 3 * 5 * 4).reshape([2, 3, 5, 4]);
      const before = Math.floor((channels - 3) / 2);
      const rows = slice(slice(x, 2, { step: stride }), 3, { step: stride });
      const wanted = pad(rows, [0, 0, 0, 0, before, channels - 3 - before]);
      const got = paddedShortcut(x.contiguous("channels_last"), { stride, channels });
      expect([got.shape, got.toNumbers()]).toEqual([wanted.shape, wanted.toNumbers()]);
    }
    expect(() => paddedShortcut(zeros([1, 3, 2, 2]), { stride: 2, channels: 2 })).toThrow("at least the 3");
  });

  test("contiguous in channels_last keeps shape and values", () => {
    const image = arange(2 * 3 * 4 * 4).reshape([2, 3, 4, 4]);
    const last = contiguous(image, "channels_last");
    expect([last.channelsLast, last.shape]).toEqual([true, [2, 3, 4, 4]]);
    expect(last.data()).toEqual(image.data());
  });

  test("to converts dtypes, and gives the same values where nothing changes", () => {
    expect(tensor([1.9, -1.9]).to({ dtype: "int64" }).data()).toEqual(BigInt64Array.of(1n, -1n));
    expect(tensor([1.5]).to({ device: "cpu" }).item()).toBe(1.5);
    expect(tensor([1.5]).to({}).item()).toBe(1.5);
  });

  const moves: [string, (x: Tensor) => Tensor][] = [
    ["slice", (x) => slice(x, 1, { start: 1, step: 2 })],
    ["paddedShortcut", (x) => paddedShortcut(x.reshape([1, 2, 3, 1]), { stride: 2, channels: 5 })],
    ["pad", (x) => pad(x, [1, 0, 0, 2])],
    ["pad with negative sizes", (x) => pad(x, [-1, 0])],
    ["cat", (x) => cat([x, x], 0)],
    ["permute", (x) => permute(x, [1, 0])],
  ];
  test.each(moves)("%s has the gradient of finite differences", (_, move) => {
    checkGradient((x) => sum(move(x).mul(move(x))), [1, -2, 3, 0.5, 5, 6], { shape: [2, 3] });
  });
});
