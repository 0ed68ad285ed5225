import { describe as suite, expect, test } from "vitest";
import { cosineRate, learningRate, paperSchedule } from "../../src/recipe/learning-rate.ts";

suite("learningRate", () => {
  const schedule = {
    base: 1,
    warmupEpochs: 4,
    decays: [
      { fromEpoch: 10, factor: 0.5 },
      { fromEpoch: 12, factor: 0.25 },
    ],
  };
  const rates = (...epochs: number[]): number[] => epochs.map((epoch) => learningRate(schedule, epoch));

  test("climbs by equal steps and reaches the base in the last epoch of the warm-up", () => {
    expect(rates(0, 1, 2, 3, 4)).toEqual([0.25, 0.5, 0.75, 1, 1]);
  });
  test("multiplies the factors of the decays that have begun", () => {
    expect(rates(9, 10, 11, 12, 99)).toEqual([1, 0.5, 0.5, 0.125, 0.125]);
  });
  test("does not ask for the decays in order", () => {
    const reversed = { ...schedule, decays: schedule.decays.toReversed() };
    expect([10, 12].map((epoch) => learningRate(reversed, epoch))).toEqual([0.5, 0.125]);
  });
  test("begins at the base without a warm-up", () => {
    expect(learningRate({ base: 3, warmupEpochs: 0, decays: [] }, 0)).toBe(3);
  });
  test("comes down along half a cosine after the warm-up, to 0 where it ends", () => {
    const cosine = { base: 2, warmupEpochs: 2, decays: [], cosineUntil: 6 };
    const at = [0, 1, 2, 3, 4, 5, 6, 9].map((epoch) => learningRate(cosine, epoch));
    const half = Math.SQRT1_2;
    [1, 2, 2, 1 + half, 1, 1 - half, 0, 0].forEach((rate, i) => {
      expect(at[i]).toBeCloseTo(rate, 12);
    });
  });
  test("wants a whole epoch of at least 0", () => {
    expect(() => learningRate(schedule, -1)).toThrow(
      "learningRate: expected epoch to be a whole number of at least 0, got -1.",
    );
  });
});

suite("paperSchedule", () => {
  test("scales its decays with the run, and keeps the warm-up", () => {
    expect(paperSchedule(40)).toEqual({
      base: 0.1,
      warmupEpochs: 5,
      decays: [
        { fromEpoch: 32, factor: 0.01 },
        { fromEpoch: 36, factor: 0.01 },
      ],
    });
  });
  test.each([
    [1, 0],
    [8, 1],
    [20, 3],
    [40, 5],
    [200, 5],
    [400, 10],
  ])(
    "warms up a run of %d epochs for %d: an eighth of a short one, a fortieth of a long one",
    (epochs, warmup) => {
      expect(paperSchedule(epochs).warmupEpochs).toBe(warmup);
    },
  );
  test("never decays in the only epoch of a run", () => {
    expect(learningRate(paperSchedule(1), 0)).toBe(0.1);
  });
  test("takes another base", () => {
    expect(paperSchedule(200, { base: 0.4 }).base).toBe(0.4);
  });
  test("refuses what is out of range", () => {
    expect(() => paperSchedule(0)).toThrow(
      "paperSchedule: expected epochs to be a whole number of at least 1, got 0.",
    );
    expect(() => paperSchedule(10, { base: 0 })).toThrow(
      "paperSchedule: expected base to be above 0, got 0.",
    );
  });
});

suite("cosineRate", () => {
  test("falls from base to 0 along half a cosine", () => {
    expect(cosineRate(0.2, 0)).toBe(0.2);
    expect(cosineRate(0.2, 0.5)).toBeCloseTo(0.1, 12);
    expect(cosineRate(0.2, 1)).toBe(0);
  });

  test("refuses a share that is none", () => {
    expect(() => cosineRate(0.1, 1.5)).toThrow("cosineRate: expected done to be in [0, 1], got 1.5.");
  });
});
