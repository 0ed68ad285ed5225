import { describe as suite, expect, test } from "vitest";
import { deferralEpoch, ones, stageAt, type Stage } from "../../src/imbalance/index.ts";

const stage = (fromEpoch: number): Stage => ({
  fromEpoch,
  classWeights: ones([1, 1]),
  samplingOdds: ones([1, 1]),
});

suite("stageAt", () => {
  const stages = [stage(0), stage(160)];
  test("gives the last stage that has begun", () => {
    expect([0, 159, 160, 199].map((epoch) => stageAt(stages, epoch).fromEpoch)).toEqual([0, 0, 160, 160]);
  });
  test("says when the stages begin where none has", () => {
    expect(() => stageAt([stage(5), stage(8)], 2)).toThrow(
      "stageAt: expected stages to have begun by epoch 2, got [5, 8]. Begin the first at epoch 0.",
    );
  });
});

suite("deferralEpoch", () => {
  test("is four fifths of the run unless told", () => {
    expect([200, 40, 7].map((epochs) => deferralEpoch(epochs))).toEqual([160, 32, 6]);
  });
  test("takes any share, the ends included", () => {
    expect([1, 2, 10].map((epochs) => deferralEpoch(epochs, { deferAt: 0.95 }))).toEqual([1, 1, 9]);
    expect([0, 0.5, 1].map((deferAt) => deferralEpoch(10, { deferAt }))).toEqual([0, 5, 10]);
  });
  test("refuses an epoch where a share belongs", () => {
    expect(() => deferralEpoch(200, { deferAt: 160 })).toThrow(
      "deferralEpoch: expected deferAt to be in [0, 1], got 160. It is a share of the epochs.",
    );
    expect(() => deferralEpoch(0)).toThrow("epochs");
  });
});

suite("ones", () => {
  test("is 1 for every class", () => {
    expect(ones([5, 9, 2])).toEqual(Float64Array.of(1, 1, 1));
  });
});
