import { memory, tensor } from "@leeway/torch";
import { checkGradient, expectClose } from "@leeway/torch/testing";
import { describe as suite, expect, test } from "vitest";
import { crossEntropyLoss, vectorScalingLoss } from "../../src/losses/index.ts";
import { answerOf, expectReference, referenceCases } from "./reference.ts";

suite("vectorScalingLoss", () => {
  const multipliers = Float64Array.of(1, 0.5);
  const offsets = Float64Array.of(0, -2);

  test("stretches and shifts each class's logit", () => {
    // m z + ι = (1, 0.5 · 6 - 2) = (1, 1): an even chance.
    const { values } = answerOf(vectorScalingLoss(multipliers, offsets), [[1, 6]], [1]);
    expectClose(values, [Math.log(2)]);
  });
  test("with log-priors as offsets is the softmax weighted by class sizes", () => {
    // e^{z_j} n_j = (3 · 1, 1 · 6): shares 1/3 and 2/3.
    const loss = vectorScalingLoss(null, Float64Array.of(Math.log(3 / 4), Math.log(1 / 4)));
    expectClose(answerOf(loss, [[0, Math.log(6)]], [0]).values, [Math.log(3)]);
  });
  test("with equal multipliers of 1 and equal offsets is cross entropy", () => {
    const logits = [[0.4, -1.2]];
    const same = vectorScalingLoss(Float64Array.of(1, 1), Float64Array.of(-0.7, -0.7));
    expectClose(answerOf(same, logits, [1]).values, answerOf(crossEntropyLoss(), logits, [1]).values);
  });
  test("has the gradient that finite differences give", () => {
    const loss = vectorScalingLoss(Float64Array.of(1, 0.7, 0.5), Float64Array.of(-0.1, -1, -3));
    const targets = BigInt64Array.of(2n, 0n);
    checkGradient((x) => loss(x, tensor(targets)).sum(), [0.1, -0.4, 0.3, 0.2, 0.6, -0.9], { shape: [2, 3] });
  });
  test.for(referenceCases("vectorScalingLoss"))(
    "gives PyTorch's answer, multipliers $multipliers",
    (given) => {
      const of = (values: readonly number[] | undefined): Float64Array => Float64Array.from(values!);
      expectReference(vectorScalingLoss(of(given.multipliers), of(given.offsets)), given);
    },
  );
  test("is finite for logits of 1e4", () => {
    const { values, gradient } = answerOf(vectorScalingLoss(null, offsets), [[-1e4, 1e4]], [0], {
      single: true,
    });
    expectClose(values, [2e4 - 2]);
    expectClose(gradient, [-1, 1]);
  });
  test("keeps no tensors", () => {
    const before = memory().tensors;
    answerOf(vectorScalingLoss(multipliers, offsets), [[0, 0]], [0]);
    expect(memory().tensors).toBe(before);
  });
  test("refuses multipliers of other classes than the offsets, which would be broadcast", () => {
    expect(() => vectorScalingLoss(Float64Array.of(0.5), offsets)).toThrow(
      "vectorScalingLoss: expected multipliers to be of 2 classes, as many as offsets has, got 1.",
    );
  });
  test.for([NaN, -Infinity])("refuses a multiplier or an offset of %d, and one class alone", (wrong) => {
    expect(() => vectorScalingLoss(Float64Array.of(1, wrong), offsets)).toThrow(
      `vectorScalingLoss: expected multipliers[1] to be finite, got ${wrong}.`,
    );
    expect(() => vectorScalingLoss(null, Float64Array.of(wrong, 0))).toThrow(
      `vectorScalingLoss: expected offsets[0] to be finite, got ${wrong}.`,
    );
    expect(() => vectorScalingLoss(null, Float64Array.of(0))).toThrow("offsets to be of at least 2 classes");
  });
  test("refuses a target that is no class, and logits of other classes than the offsets", () => {
    const loss = vectorScalingLoss(null, offsets);
    expect(() => answerOf(loss, [[0, 0]], [2])).toThrow("out of bounds");
    expect(() => answerOf(loss, [[0, 0, 0]], [0])).toThrow("expected 3 numbers, one for each class");
  });
});
