import { scope, tensor } from "@leeway/torch";
import { describe as suite, expect, test } from "vitest";
import { othersOf } from "../../src/training/blending.ts";
import type { StepBatch } from "../../src/training/index.ts";

/** Two images of 3 x 2 pixels and one channel: all 1, all 2. */
function batch(rest: Partial<StepBatch>): StepBatch {
  return {
    inputs: [tensor([1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2], [2, 1, 3, 2])],
    targets: tensor([0, 1], [2], { dtype: "int64" }),
    classWeights: null,
    ...rest,
  };
}

const piece = { top: 1, bottom: 3, left: 0, right: 1 };

suite("othersOf", () => {
  test("puts a piece of each partner into an image, and takes its target for it", () => {
    scope(() => {
      const mix = { lambda: 4 / 6, piece, partners: Uint32Array.of(1, 0), of: "inputs" } as const;
      const given = batch({ mix });
      const others = othersOf(given, "cpu")!; // mixed
      const [input] = others.inputs(given.inputs);
      expect(input!.toNumbers()).toEqual([1, 1, 2, 1, 2, 1, 2, 2, 1, 2, 1, 2]);
      expect(others.targets.toNumbers()).toEqual([1, 0]);
    });
  });
  test("puts a piece of images that are given beside the batch, with their own targets and weights", () => {
    scope(() => {
      const pasted = {
        ...{ lambda: 4 / 6, piece, weight: 7 },
        inputs: [tensor([8, 8, 8, 8, 8, 8, 9, 9, 9, 9, 9, 9], [2, 1, 3, 2])],
        targets: tensor([2, 2], [2], { dtype: "int64" }),
        rowWeights: tensor([3, 4]),
      };
      const given = batch({ pasted });
      const others = othersOf(given, "cpu")!; // mixed
      const [input] = others.inputs(given.inputs);
      expect(input!.toNumbers()).toEqual([1, 1, 8, 1, 8, 1, 2, 2, 9, 2, 9, 2]);
      expect(others.targets.toNumbers()).toEqual([2, 2]);
      expect(others.rowWeights!.toNumbers()).toEqual([3, 4]);
      expect([others.lambda, others.total]).toEqual([4 / 6, 7]);
    });
  });
  test("is null where nothing is mixed", () => {
    scope(() => {
      expect(othersOf(batch({}), "cpu")).toBe(null);
    });
  });
});
