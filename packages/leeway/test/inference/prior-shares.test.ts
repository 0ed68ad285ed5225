import { describe as suite, expect, test } from "vitest";
import { priorShares, type RequestedPrior } from "../../src/inference/index.ts";

suite("priorShares", () => {
  const classNames = ["fine", "fraud"];
  const of = (prior: unknown): unknown => priorShares(prior as RequestedPrior, classNames);

  test("takes shares by the names of the classes, in any order, as a list, or by what has them", () => {
    expect(of({ fraud: 0.01, fine: 0.99 })).toEqual([0.99, 0.01]);
    expect(of([3, 1])).toEqual([3, 1]);
    expect([of("training"), of("auto")]).toEqual(["training", "auto"]);
  });

  test("refuses a class that is not there, with the nearest name, and one without a share", () => {
    expect(() => of({ fruad: 0.01, fine: 0.99 })).toThrow(
      'predict: expected prior to name classes among fine, fraud, got "fruad". Did you mean "fraud"?',
    );
    expect(() => of({ fraud: 0.01 })).toThrow(
      "predict: expected prior.fine to be a share, as for every class",
    );
  });

  test("refuses shares that are no numbers above 0, and what is no prior", () => {
    expect(() => of({ fraud: 0, fine: 1 })).toThrow(
      "predict: expected prior.fraud to be a number above 0, got 0.",
    );
    expect(() => of([1, Number.NaN])).toThrow("predict: expected prior[1] to be a number above 0, got NaN.");
    expect(() => of([1])).toThrow("predict: expected prior to be 2 numbers above 0, one a class, got [1].");
    for (const none of ["live", 0.5, null])
      expect(() => of(none)).toThrow('expected prior to be a share for every class, "training" or "auto"');
  });
});
