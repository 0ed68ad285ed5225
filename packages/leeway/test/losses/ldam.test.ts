import { memory, tensor } from "@leeway/torch";
import { checkGradient, expectClose } from "@leeway/torch/testing";
import { describe as suite, expect, test } from "vitest";
import { uniformMargins } from "../../src/imbalance/index.ts";
import { crossEntropyLoss, ldamLoss } from "../../src/losses/index.ts";
import { answerOf, expectReference, referenceCases } from "./reference.ts";

suite("ldamLoss", () => {
  const margins = Float64Array.of(0.1, 0.5);

  test("lowers the true class's logit by its margin", () => {
    // Class 1: s(z_1 - Δ_1) = 10 (0.8 - 0.5) = 3 against s z_0 = 3: an even chance.
    const { values } = answerOf(ldamLoss(margins, { scale: 10 }), [[0.3, 0.8]], [1]);
    expect(values[0]).toBeCloseTo(Math.log(2), 12);
  });
  test("takes each example's own class's margin", () => {
    // Class 0: s(z_0 - Δ_0) = 10 (0.4 - 0.1) = 3 against s z_1 = 3.
    const { values } = answerOf(
      ldamLoss(margins, { scale: 10 }),
      [
        [0.3, 0.8],
        [0.4, 0.3],
      ],
      [1, 0],
    );
    expect(values[0]).toBeCloseTo(Math.log(2), 12);
    expect(values[1]).toBeCloseTo(Math.log(2), 12);
  });
  test("is the scaled cross entropy where there are no margins", () => {
    const logits = [[0.3, -0.2, 0.9]];
    const { values } = answerOf(ldamLoss(uniformMargins(3, 0)), logits, [1]);
    expect(values).toEqual(answerOf(crossEntropyLoss({ scale: 30 }), logits, [1]).values);
  });
  test("with equal margins treats all classes alike", () => {
    const loss = ldamLoss(uniformMargins(3, 0.5));
    const { values } = answerOf(
      loss,
      [
        [0.7, 0.1, -0.3],
        [-0.3, 0.7, 0.1],
        [0.1, -0.3, 0.7],
      ],
      [0, 1, 2],
    );
    // The same three exponentials, added in another order: a few units in the last place.
    for (const value of values) expect(value).toBeCloseTo(values[0]!, 12);
  });
  test("has the gradient that finite differences give", () => {
    const loss = ldamLoss(Float64Array.of(0.1, 0.25, 0.5), { scale: 10 });
    const targets = BigInt64Array.of(2n, 0n);
    checkGradient((x) => loss(x, tensor(targets)).sum(), [0.1, -0.4, 0.3, 0.2, 0.6, -0.9], { shape: [2, 3] });
  });
  test.for(referenceCases("ldamLoss"))("gives PyTorch's answer at scale $scale", (given) => {
    expectReference(ldamLoss(Float64Array.from(given.margins!), { scale: given.scale! }), given);
  });
  test("is finite for logits of 1e4, where the exponentials of equation 12 are not", () => {
    const { values, gradient } = answerOf(
      ldamLoss(margins),
      [
        [1e4, -1e4],
        [-1e4, 1e4],
      ],
      [0, 0],
      { single: true },
    );
    expectClose(values, [0, 30 * (2e4 + 0.1)], { rtol: 1e-6 });
    expectClose(gradient, [0, 0, -30, 30]);
  });
  test("keeps no tensors", () => {
    const before = memory().tensors;
    answerOf(ldamLoss(margins), [[0, 0]], [0]);
    expect(memory().tensors).toBe(before);
  });
  test.for([0, -1, NaN, Infinity])("refuses a scale of %d", (scale) => {
    expect(() => ldamLoss(margins, { scale })).toThrow("ldamLoss: expected scale to be above 0, got");
  });
  test.for([NaN, Infinity])("refuses a margin of %d, and one class alone", (margin) => {
    expect(() => ldamLoss(Float64Array.of(0.1, margin))).toThrow(
      `ldamLoss: expected margins[1] to be finite, got ${margin}.`,
    );
    expect(() => ldamLoss(Float64Array.of(0.1))).toThrow(
      "ldamLoss: expected margins to be of at least 2 classes, got 1.",
    );
  });
  test("refuses a target that is no class, and logits of other classes than the margins", () => {
    expect(() => answerOf(ldamLoss(margins), [[0, 0]], [2])).toThrow("out of bounds");
    expect(() => answerOf(ldamLoss(margins), [[0, 0, 0]], [0])).toThrow(
      "expected 3 numbers, one for each class",
    );
  });
});
