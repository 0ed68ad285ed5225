import { describe as suite, expect, test } from "vitest";
import { deferred, plainStages, sampledStages, weightedStages } from "../../src/methods/index.ts";

const counts = [90, 10];
const classWeights = Float64Array.of(0.2, 1.8);
const ones = Float64Array.of(1, 1);

suite("plainStages", () => {
  test("is one stage in which all classes are alike", () => {
    expect(plainStages(counts)).toEqual([{ fromEpoch: 0, classWeights: ones, samplingOdds: ones }]);
  });
});

suite("weightedStages", () => {
  test("is one stage with these weights in the loss", () => {
    expect(weightedStages(counts, classWeights)).toEqual([
      { fromEpoch: 0, classWeights, samplingOdds: ones },
    ]);
  });
});

suite("sampledStages", () => {
  test("is one stage with these odds of being drawn", () => {
    expect(sampledStages(counts, classWeights)).toEqual([
      { fromEpoch: 0, classWeights: ones, samplingOdds: classWeights },
    ]);
  });
});

suite("deferred", () => {
  const stages = (epochs: number, deferAt: number): ReturnType<typeof deferred> =>
    deferred(counts, weightedStages(counts, classWeights), { epochs, deferAt });
  const second = (fromEpoch: number): object => ({ fromEpoch, classWeights, samplingOdds: ones });

  test("is plain up to the deferral", () => {
    expect(stages(200, 0.8)).toEqual([...plainStages(counts), second(160)]);
  });
  test("has one stage where the deferral is the start", () => {
    expect(stages(200, 0)).toEqual([second(0)]);
    expect(stages(2, 0.2)).toEqual([second(0)]);
  });
  test("stays plain where the deferral is the end", () => {
    expect(stages(200, 1)).toEqual(plainStages(counts));
    expect(stages(1, 0.8)).toEqual(plainStages(counts));
  });
  test("refuses a deferral outside the run", () => {
    expect(() => stages(200, 1.2)).toThrow("deferralEpoch: expected deferAt to be in [0, 1], got 1.2.");
  });
});
