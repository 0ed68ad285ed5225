import { describe as suite, expect, test } from "vitest";
import { deferralEpoch, ones } from "../../src/imbalance/index.ts";

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
