import { describe as suite, expect, test } from "vitest";
import {
  effectiveNumberWeights,
  inverseFrequencyWeights,
  uniformMargins,
} from "../../src/imbalance/index.ts";
import { crossEntropyLoss, ldamLoss, type Loss, lossOf } from "../../src/losses/index.ts";
import { methodOf, stagesOf } from "../../src/methods/index.ts";
import { answerOf } from "../losses/reference.ts";

suite("methodOf", () => {
  test("gives the method of that name, with the options asked for", () => {
    expect(methodOf("ldam-drw", { beta: 0.99 })).toMatchObject({
      name: "ldam-drw",
      title: "LDAM-DRW",
      classifier: "cosine",
      scale: 30,
      options: { maxMargin: 0.5, scale: 30, beta: 0.99, deferAt: 0.8 },
    });
  });
  test("guesses what an unknown name was meant to be", () => {
    expect(() => methodOf("ldam_drw")).toThrow(
      /^methodOf: expected method to be one of erm, .*, got "ldam_drw"\. Did you mean "ldam-drw"\?$/,
    );
    expect(() => methodOf("toString")).toThrow(/got "toString"\.$/);
  });
  test("refuses an option that the method has not, and says which it has", () => {
    expect(() => methodOf("erm", { beta: 0.9 })).toThrow(
      'methodOf: expected options to be those that erm has, got "beta". It has no options of its own.',
    );
    expect(() => methodOf("ldam", { deferAt: 0.5 })).toThrow(
      'methodOf: expected options to be those that ldam has, got "deferAt". It has maxMargin, scale, testPrior.',
    );
  });
});

suite("the methods with equal counts", () => {
  const counts = [9, 9, 9];
  const values = (loss: Loss): number[] =>
    answerOf(
      loss,
      [
        [0.3, -0.2, 0.9],
        [0.1, 0.4, -0.5],
      ],
      [1, 0],
    ).values;

  test("erm and erm-drw are cross entropy", () => {
    for (const name of ["erm", "erm-drw"]) {
      expect(values(lossOf(stagesOf(methodOf(name), counts, 40)[0].loss))).toEqual(
        values(crossEntropyLoss()),
      );
    }
  });
  test("ldam and ldam-drw are the same form with a uniform margin", () => {
    for (const name of ["ldam", "ldam-drw"]) {
      expect(values(lossOf(stagesOf(methodOf(name), counts, 40)[0].loss))).toEqual(
        values(ldamLoss(uniformMargins(3, 0.5))),
      );
    }
  });
});

suite("mislas", () => {
  test("mixes examples with a share that is drawn evenly, from Beta(1, 1)", () => {
    expect(methodOf("mislas").regularisers).toEqual({ mixup: 1, rho: 0, cutout: 0 });
    expect(methodOf("mislas").options).toMatchObject({ mixup: 1 });
  });
});

suite("cb-drw", () => {
  test("weighs by effective numbers first and by 1/n_j from the deferral on", () => {
    const counts = [500, 5];
    const [first, second] = stagesOf(methodOf("cb-drw"), counts, 200);
    expect(first.classWeights).toEqual(effectiveNumberWeights(counts));
    expect(second).toMatchObject({ fromEpoch: 160, classWeights: inverseFrequencyWeights(counts) });
  });
});
