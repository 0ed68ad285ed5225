import { tensor } from "@leeway/torch";
import { checkGradient, expectClose } from "@leeway/torch/testing";
import { describe as suite, expect, test } from "vitest";
import { crossEntropyLoss } from "../../src/losses/index.ts";
import { answerOf, expectReference, referenceCases } from "./reference.ts";

suite("crossEntropyLoss", () => {
  test("is -log of the true class's share, one value per example", () => {
    // softmax(log 1, log 3) = (1/4, 3/4)
    const { values } = answerOf(
      crossEntropyLoss(),
      [
        [0, Math.log(3)],
        [0, Math.log(3)],
      ],
      [0, 1],
    );
    expect(values[0]).toBeCloseTo(Math.log(4), 12);
    expect(values[1]).toBeCloseTo(Math.log(4 / 3), 12);
  });
  test("has the gradient softmax minus one-hot", () => {
    const { gradient } = answerOf(crossEntropyLoss(), [[0, Math.log(3)]], [0]);
    expect(gradient[0]).toBeCloseTo(1 / 4 - 1, 12);
    expect(gradient[1]).toBeCloseTo(3 / 4, 12);
  });
  test("of a scale s is that of s · z", () => {
    const { values } = answerOf(crossEntropyLoss({ scale: 30 }), [[0.2, -0.1, 0.7]], [0]);
    expect(values).toEqual(answerOf(crossEntropyLoss(), [[0.2 * 30, -0.1 * 30, 0.7 * 30]], [0]).values);
  });
  test("has the gradient that finite differences give", () => {
    for (const scale of [1, 30]) {
      const loss = crossEntropyLoss({ scale });
      const targets = BigInt64Array.of(2n, 0n);
      checkGradient((x) => loss(x, tensor(targets)).sum(), [0.1, -0.4, 0.3, 0.2, 0.6, -0.9], {
        shape: [2, 3],
      });
    }
  });
  test.for(referenceCases("crossEntropyLoss"))("gives PyTorch's answer at scale $scale", (given) => {
    expectReference(crossEntropyLoss({ scale: given.scale! }), given);
  });
  test("is finite for logits of 1e4", () => {
    const { values, gradient } = answerOf(
      crossEntropyLoss(),
      [
        [1e4, -1e4],
        [-1e4, 1e4],
      ],
      [0, 0],
      { single: true },
    );
    expectClose(values, [0, 2e4]);
    expectClose(gradient, [0, 0, -1, 1]);
  });
  test.for([0, -1, NaN, Infinity])("refuses a scale of %d", (scale) => {
    expect(() => crossEntropyLoss({ scale })).toThrow("crossEntropyLoss: expected scale to be above 0, got");
  });
  test("refuses a target that is no class", () => {
    expect(() => answerOf(crossEntropyLoss(), [[0, 0]], [2])).toThrow("out of bounds");
    expect(() => answerOf(crossEntropyLoss(), [[0, 0]], [0, 1])).toThrow("expected 1 targets");
  });
});
