import { memory, tensor } from "@leeway/torch";
import { checkGradient, expectClose } from "@leeway/torch/testing";
import { describe as suite, expect, test } from "vitest";
import { labelSmoothing } from "../../src/imbalance/index.ts";
import { crossEntropyLoss, labelAwareSmoothingLoss } from "../../src/losses/index.ts";
import { answerOf, expectReference, referenceCases } from "./reference.ts";

suite("labelAwareSmoothingLoss", () => {
  const smoothing = Float64Array.of(0.4, 0, 0.2);

  test("leaves ε_y to the other classes in equal parts", () => {
    // p = softmax(0, log 2, log 5) = (1/8, 2/8, 5/8); of class 0 the target is (0.6, 0.2, 0.2), of class 1 (0, 1, 0).
    const row = [0, Math.log(2), Math.log(5)];
    const { values } = answerOf(labelAwareSmoothingLoss(smoothing), [row, row], [0, 1]);
    expectClose(values, [
      -(0.6 * Math.log(1 / 8) + 0.2 * Math.log(2 / 8) + 0.2 * Math.log(5 / 8)),
      -Math.log(2 / 8),
    ]);
  });
  test("is least where the network's probabilities are the target", () => {
    const target = [0.6, 0.2, 0.2];
    const { gradient } = answerOf(labelAwareSmoothingLoss(smoothing), [target.map(Math.log)], [0]);
    expectClose(gradient, [0, 0, 0], { atol: 1e-12 });
  });
  test("without smoothing is cross entropy", () => {
    const logits = [[0.4, -1.2, 2]];
    const plain = labelAwareSmoothingLoss(new Float64Array(3));
    expectClose(answerOf(plain, logits, [1]).values, answerOf(crossEntropyLoss(), logits, [1]).values);
  });
  test("has the gradient that finite differences give", () => {
    const loss = labelAwareSmoothingLoss(smoothing);
    const targets = BigInt64Array.of(2n, 0n);
    checkGradient((x) => loss(x, tensor(targets)).sum(), [0.1, -0.4, 0.3, 0.2, 0.6, -0.9], { shape: [2, 3] });
  });
  test.for(referenceCases("labelAwareSmoothingLoss"))("gives PyTorch's answer, ε $smoothing", (given) => {
    expectReference(labelAwareSmoothingLoss(Float64Array.from(given.smoothing!)), given);
  });
  test("is finite for logits of 1e4, also where p is 1", () => {
    const logits = [
      [1e4, -1e4],
      [-1e4, 1e4],
    ];
    const { values, gradient } = answerOf(labelAwareSmoothingLoss(Float64Array.of(0.25, 0)), logits, [0, 0], {
      single: true,
    });
    // A quarter of the other class's -log p of 2e4, and three quarters of one's own.
    expectClose(values, [0.25 * 2e4, 0.75 * 2e4]);
    expectClose(gradient, [0.25, -0.25, -0.75, 0.75]);
  });
  test("takes the smoothing of a class with one example", () => {
    const loss = labelAwareSmoothingLoss(labelSmoothing([1000, 1]));
    const plain = crossEntropyLoss();
    expectClose(answerOf(loss, [[0.3, -0.2]], [1]).values, answerOf(plain, [[0.3, -0.2]], [1]).values);
  });
  test("keeps no tensors", () => {
    const before = memory().tensors;
    answerOf(labelAwareSmoothingLoss(smoothing), [[0, 0, 0]], [0]);
    expect(memory().tensors).toBe(before);
  });
  test.for([1, -0.1, NaN])("refuses an ε of %d", (epsilon) => {
    expect(() => labelAwareSmoothingLoss(Float64Array.of(0, epsilon))).toThrow(
      `labelAwareSmoothingLoss: expected smoothing[1] to be in [0, 1), got ${epsilon}.`,
    );
  });
  test("refuses one class alone, a target that is no class, and logits of other classes", () => {
    expect(() => labelAwareSmoothingLoss(Float64Array.of(0))).toThrow(
      "expected smoothing to be of at least 2 classes",
    );
    const loss = labelAwareSmoothingLoss(smoothing);
    expect(() => answerOf(loss, [[0, 0, 0]], [3])).toThrow("out of");
    expect(() => answerOf(loss, [[0, 0]], [0])).toThrow("must match");
  });
});
