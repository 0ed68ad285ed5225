import { memory, tensor } from "@leeway/torch";
import { checkGradient, expectClose } from "@leeway/torch/testing";
import { describe as suite, expect, test } from "vitest";
import { uniformMargins } from "../../src/imbalance/index.ts";
import { marginHingeLoss } from "../../src/losses/index.ts";
import { answerOf, expectReference, referenceCases } from "./reference.ts";

suite("marginHingeLoss", () => {
  const margins = Float64Array.of(0.1, 0.25, 0.5);

  test("is what the margin lacks, s times", () => {
    // Class 2 leads by 0.2 and should by 0.5; class 0 trails by 0.4 and should lead by 0.1.
    const logits = [
      [0.1, 0.6, 0.8],
      [0.2, 0.6, -0.3],
    ];
    expectClose(answerOf(marginHingeLoss(margins, { scale: 10 }), logits, [2, 0]).values, [3, 5]);
  });
  test("is zero, with its gradient, exactly where the margin is reached", () => {
    const of = (lead: number): number[] => {
      const { values, gradient } = answerOf(marginHingeLoss(margins), [[0, 0, lead]], [2]);
      return [...values, ...gradient];
    };
    expectClose(of(0.5), [0, 0, 0, 0]);
    expectClose(of(0.75), [0, 0, 0, 0]);
    expect(of(0.4375)[0]).toBeCloseTo(30 * 0.0625, 12);
  });
  test("with equal margins treats all classes alike", () => {
    const loss = marginHingeLoss(uniformMargins(3, 0.5), { scale: 2 });
    const logits = [
      [0.5, 0.25, -0.25],
      [-0.25, 0.5, 0.25],
      [0.25, -0.25, 0.5],
    ];
    expect(answerOf(loss, logits, [0, 1, 2]).values).toEqual([0.5, 0.5, 0.5]);
  });
  test("has the gradient that finite differences give", () => {
    const loss = marginHingeLoss(margins, { scale: 10 });
    const targets = BigInt64Array.of(2n, 0n);
    checkGradient((x) => loss(x, tensor(targets)).sum(), [0.1, -0.4, 0.3, 0.2, 0.6, -0.9], { shape: [2, 3] });
  });
  test.for(referenceCases("marginHingeLoss"))("gives PyTorch's answer at scale $scale", (given) => {
    expectReference(marginHingeLoss(Float64Array.from(given.margins!), { scale: given.scale! }), given);
  });
  test("is exact for logits of 1e4", () => {
    const logits = [
      [1e4, -1e4],
      [-1e4, 1e4],
    ];
    const loss = marginHingeLoss(uniformMargins(2, 0.5), { scale: 1 });
    const { values, gradient } = answerOf(loss, logits, [0, 0], { single: true });
    expectClose(values, [0, 2e4 + 0.5]);
    expectClose(gradient, [0, 0, -1, 1]);
  });
  test("keeps no tensors", () => {
    const before = memory().tensors;
    answerOf(marginHingeLoss(margins), [[0, 0, 0]], [0]);
    expect(memory().tensors).toBe(before);
  });
  test.for([NaN, Infinity])("refuses a margin of %d", (margin) => {
    expect(() => marginHingeLoss(Float64Array.of(0.1, margin))).toThrow(
      `marginHingeLoss: expected margins[1] to be finite, got ${margin}.`,
    );
  });
  test.for([0, -1, NaN, Infinity])("refuses a scale of %d", (scale) => {
    expect(() => marginHingeLoss(margins, { scale })).toThrow(
      "marginHingeLoss: expected scale to be above 0, got",
    );
  });
  test("refuses a target that is no class, and logits of other classes than the margins", () => {
    expect(() => answerOf(marginHingeLoss(margins), [[0, 0, 0]], [3])).toThrow("num_classes");
    expect(() => answerOf(marginHingeLoss(margins), [[0, 0]], [0])).toThrow("must match");
  });
});
