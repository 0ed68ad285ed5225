import { describe as suite, expect, test } from "vitest";
import { ldamLoss, lossOf } from "../../src/losses/index.ts";
import { methodOf, stagesOf } from "../../src/methods/index.ts";
import { marginsFor } from "../../src/methods/losses.ts";
import { answerOf } from "../losses/reference.ts";

suite("marginsFor", () => {
  const counts = [1600, 100];

  test("gives LDAM's margins for a balanced test", () => {
    expect([...marginsFor(counts, { maxMargin: 0.5 })]).toEqual([0.25, 0.5]);
  });
  test("gives the widest margin to the class that the test has most more of than training", () => {
    // n'/n = 1/1 and 1/16: the frequent class is rarer in training than in the test.
    expect([...marginsFor(counts, { maxMargin: 0.5, testPrior: [1600, 100 / 16] })]).toEqual([0.5, 0.25]);
  });
});

suite("testPrior", () => {
  test("sets the margins of an LDAM method", () => {
    const logits = [[0.3, -0.2]];
    const values = (prior?: readonly number[]): number[] => {
      const method = methodOf("ldam-drw", prior === undefined ? {} : { testPrior: prior });
      return answerOf(lossOf(stagesOf(method, [1600, 100], 40)[0].loss), logits, [0]).values;
    };
    expect(values([1, 1])).toEqual(values());
    expect(values([16, 1])).toEqual(answerOf(ldamLoss(Float64Array.of(0.5, 0.5)), logits, [0]).values);
  });
  test("has one number a class", () => {
    expect(() => stagesOf(methodOf("ldam", { testPrior: [1, 2, 3] }), [9, 3], 40)).toThrow(
      "testPriorMargins: expected testCounts to be of 2 classes, as many as counts has, got 3.",
    );
  });
});
