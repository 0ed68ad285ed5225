import { tensor } from "@leeway/torch";
import { checkGradient, expectClose } from "@leeway/torch/testing";
import { describe as suite, expect, test } from "vitest";
import { crossEntropyLoss, focalLoss } from "../../src/losses/index.ts";
import { answerOf, expectReference, referenceCases } from "./reference.ts";

suite("focalLoss", () => {
  test("is cross entropy times how much the network doubts", () => {
    // p = softmax(0, log 3) = (1/4, 3/4)
    const row = [0, Math.log(3)];
    const { values } = answerOf(focalLoss({ gamma: 2 }), [row, row], [0, 1]);
    expectClose(values, [(3 / 4) ** 2 * Math.log(4), (1 / 4) ** 2 * Math.log(4 / 3)]);
  });
  test("of γ = 0 is cross entropy", () => {
    const logits = [[0.4, -1.2, 2]];
    expectClose(
      answerOf(focalLoss({ gamma: 0 }), logits, [1]).values,
      answerOf(crossEntropyLoss(), logits, [1]).values,
    );
  });
  test("has the gradient that finite differences give", () => {
    const loss = focalLoss({ gamma: 1.5 });
    const targets = BigInt64Array.of(2n, 0n);
    checkGradient((x) => loss(x, tensor(targets)).sum(), [0.1, -0.4, 0.3, 0.2, 0.6, -0.9], { shape: [2, 3] });
  });
  test.for(referenceCases("focalLoss"))("gives PyTorch's answer at γ = $gamma", (given) => {
    expectReference(focalLoss({ gamma: given.gamma! }), given);
  });
  test.for([0, 0.5, 1, 2])("with γ = %d is finite for logits of 1e4", (gamma) => {
    const logits = [
      [1e4, -1e4],
      [-1e4, 1e4],
    ];
    const { values, gradient } = answerOf(focalLoss({ gamma }), logits, [0, 0], { single: true });
    expectClose(values, [0, 2e4]);
    expectClose(gradient, [0, 0, -1, 1]);
  });
  test.for([-1, NaN, Infinity])("refuses a γ of %d", (gamma) => {
    expect(() => focalLoss({ gamma })).toThrow("focalLoss: expected gamma to be at least 0, got");
  });
  test("refuses a target that is no class", () => {
    expect(() => answerOf(focalLoss(), [[0, 0]], [2])).toThrow("out of bounds");
  });
});
