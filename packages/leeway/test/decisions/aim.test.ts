import { describe as suite, expect, test } from "vitest";
import { type DecisionAim, decisionOf } from "../../src/decisions/index.ts";
import { ArgumentError } from "../../src/errors.ts";

const two = { classNames: ["fine", "fraud"], trainCounts: [90, 10] };
const three = { classNames: ["fine", "fraud", "scam"], trainCounts: [80, 15, 5] };
const recall = (share: number, of: number, confident = false): object => ({
  class: of,
  criterion: { kind: "min-recall", share, confident },
});

suite("decisionOf", () => {
  test("looks for the rarer of two classes, or the named one", () => {
    expect(decisionOf({ minRecall: 0.9 }, two)).toEqual({
      request: { criteria: [recall(0.9, 1)] },
      positive: 1,
    });
    expect(decisionOf({ minRecall: 0.9, positive: "fine" }, two).positive).toBe(0);
  });
  test("gives each of more classes a threshold, or the named ones", () => {
    const { request } = decisionOf({ minRecall: 0.9, confident: true }, three);
    expect(request).toEqual({ criteria: [0, 1, 2].map((j) => recall(0.9, j, true)) });
    expect(decisionOf({ minRecall: { scam: 0.8, fraud: 0.9 } }, three).request).toEqual({
      criteria: [recall(0.8, 2), recall(0.9, 1)],
    });
  });
  test("makes costs of two classes a matrix", () => {
    expect(decisionOf({ cost: { missed: 40, alarm: 1 } }, two)).toEqual({
      request: {
        costs: [
          [0, 1],
          [40, 0],
        ],
      },
      positive: 1,
    });
  });
  test("requests nothing else where sets alone are wanted", () => {
    expect(decisionOf({ abstain: 0.1 }, three)).toEqual({ request: { criteria: [] }, positive: undefined });
  });

  const refused: readonly (readonly [aim: DecisionAim, classes: typeof two, message: string])[] = [
    [{}, two, "expected an aim, one of minRecall, "],
    [{ minRecall: 0.9, maxAlerts: 0.1 }, two, "expected maxAlerts to be none beside another aim, got 0.1."],
    [{ minRecall: 95 }, two, "expected minRecall to be a share above 0 and at most 1, got 95."],
    [{ minRecall: { frad: 0.9 } }, two, 'got "frad". Did you mean "fraud"?'],
    [{ minRecall: {} }, two, "expected minRecall to be a share, or shares of classes, got {}."],
    [{ maxAlerts: 1 }, two, "expected maxAlerts to be a share above 0 and below 1, got 1."],
    [{ maxAlerts: 0.1 }, three, "expected positive to be a class, of the 3 that there are"],
    [{ bestF1: true, confident: true }, two, "expected confident to be false beside other aims"],
    [{ cost: { missed: 4, alarm: 0 } }, two, "expected cost to be both above 0"],
    [{ cost: { missed: 4, alarm: 1 } }, three, "expected cost to be none but of two classes"],
    [{ costs: [[0, 1]] }, two, "expected costs to be 2 rows of 2 numbers, got [[0, 1]]."],
    [{ minRecall: { fraud: 0.9 }, positive: "scam" }, three, "expected positive to be none where classes"],
    [{ abstain: 0.1, positive: "fraud" }, two, "expected positive to be none without an aim beside abstain"],
  ];
  test.for(refused)("refuses %j", ([aim, classes, message]) => {
    expect(() => decisionOf(aim, classes)).toThrow(message);
    expect(() => decisionOf(aim, classes)).toThrow(ArgumentError);
  });
});
