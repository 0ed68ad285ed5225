import { memory, tensor } from "@leeway/torch";
import { checkGradient, expectClose } from "@leeway/torch/testing";
import { describe as suite, expect, test } from "vitest";
import { uniformMargins } from "../../src/imbalance/index.ts";
import { marginHingeLoss, multiMarginLoss } from "../../src/losses/index.ts";
import { answerOf, expectReference, referenceCases } from "./reference.ts";

suite("multiMarginLoss", () => {
  const margins = Float64Array.of(0.1, 0.25, 0.5);

  test("is what the margin to each other class lacks, s / K times", () => {
    // Class 2 leads by 0.7 and 0.2 and should by 0.5; class 0 trails by 0.4, leads by 0.5 and should lead by 0.1.
    const logits = [
      [0.1, 0.6, 0.8],
      [0.2, 0.6, -0.3],
      [0.5, 0.5, 0.5],
    ];
    const { values } = answerOf(multiMarginLoss(margins, { scale: 30 }), logits, [2, 0, 1]);
    expectClose(values, [3, 5, 5]);
  });
  test("with two classes is half the margin hinge", () => {
    const logits = [
      [0.3, -0.2],
      [0.9, 0.1],
    ];
    const both = uniformMargins(2, 0.5);
    const hinge = answerOf(marginHingeLoss(both, { scale: 1 }), logits, [1, 1]);
    const multi = answerOf(multiMarginLoss(both, { scale: 2 }), logits, [1, 1]);
    expectClose(multi.values, hinge.values);
    expectClose(multi.gradient, hinge.gradient);
  });
  test("pushes away each class that is too near, and only those", () => {
    const { gradient } = answerOf(multiMarginLoss(margins, { scale: 3 }), [[0.4, 0.3, 0.6]], [2]);
    expectClose(gradient, [1, 1, -2]);
    expectClose(answerOf(multiMarginLoss(margins, { scale: 3 }), [[0, 0.3, 0.6]], [2]).gradient, [0, 1, -1]);
  });
  test("is zero, with its gradient, exactly where the margin is reached", () => {
    const { values, gradient } = answerOf(multiMarginLoss(margins), [[0, -0.5, 0.5]], [2]);
    expectClose([...values, ...gradient], [0, 0, 0, 0]);
  });
  test("has the gradient that finite differences give", () => {
    const loss = multiMarginLoss(margins, { scale: 10 });
    const targets = BigInt64Array.of(2n, 0n);
    checkGradient((x) => loss(x, tensor(targets)).sum(), [0.1, -0.4, 0.3, 0.2, 0.6, -0.9], { shape: [2, 3] });
  });
  test.for(referenceCases("multiMarginLoss"))("gives PyTorch's answer at scale $scale", (given) => {
    expectReference(multiMarginLoss(Float64Array.from(given.margins!), { scale: given.scale! }), given);
  });
  test("is exact for logits of 1e4", () => {
    const logits = [
      [1e4, -1e4],
      [-1e4, 1e4],
    ];
    const loss = multiMarginLoss(uniformMargins(2, 0.5), { scale: 2 });
    const { values, gradient } = answerOf(loss, logits, [0, 0], { single: true });
    expectClose(values, [0, 2e4 + 0.5]);
    expectClose(gradient, [0, 0, -1, 1]);
  });
  test("keeps no tensors", () => {
    const before = memory().tensors;
    answerOf(multiMarginLoss(margins), [[0, 0, 0]], [0]);
    expect(memory().tensors).toBe(before);
  });
  test.for([NaN, Infinity])("refuses a margin of %d", (margin) => {
    expect(() => multiMarginLoss(Float64Array.of(0.1, margin))).toThrow(
      `multiMarginLoss: expected margins[1] to be finite, got ${margin}.`,
    );
  });
  test.for([0, -1, NaN, Infinity])("refuses a scale of %d", (scale) => {
    expect(() => multiMarginLoss(margins, { scale })).toThrow(
      "multiMarginLoss: expected scale to be above 0, got",
    );
  });
});
