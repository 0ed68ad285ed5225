import { describe as suite, expect, test } from "vitest";
import {
  firstStage,
  firstStageDifference,
  methodNames,
  methodOf,
  type MethodOptions,
} from "../../src/methods/index.ts";

const until = { epoch: 8, epochs: 10 };

suite("firstStageDifference", () => {
  const counts = [5000, 2997, 1796, 1077, 645, 387, 232, 139, 83, 50];
  const difference = (...pair: readonly (readonly [string, MethodOptions?])[]): string | null => {
    const [one, other] = pair.map(([name, options]) => firstStage(methodOf(name, options), counts, until));
    return firstStageDifference(one!, other!);
  };

  /** The methods that train the same up to epoch 8 of 10. */
  const groups = [
    ["erm", "erm-drs", "erm-drw", "logit-adjustment-post-hoc", "tau-norm", "crt", "lws", "bs-head"],
    ["ldam", "ldam-drs", "ldam-drw"],
    ["cb-rw", "cb-drw"],
    ["logit-adjustment", "balanced-softmax"],
    ["mislas", "mixup-drw"],
    ...["focal", "rs", "rw", "cb-rs", "sqrt-rs", "cb-focal", "hg-drs", "ldam-hg-drs", "m-drw"].map((name) => [
      name,
    ]),
    ...["vs", "gcl", "proco", "bcl", "ldam-drw-sam"].map((name) => [name]),
  ];
  test("is nothing within these groups of methods, and something between any two of them", () => {
    expect(groups.flat().toSorted()).toEqual(methodNames.toSorted());
    for (const one of methodNames) {
      for (const other of methodNames) {
        const together = groups.some((group) => group.includes(one) && group.includes(other));
        expect([one, other, difference([one], [other]) === null]).toEqual([one, other, together]);
      }
    }
  });

  const weights = "effective-number";
  const pairs: readonly (readonly [string, MethodOptions, string, string | null])[] = [
    ["composed", { weights, deferAt: 0.8 }, "crt", null],
    ["composed", { loss: "ldam", sampler: "sqrt", deferAt: 0.9 }, "ldam-drw", null],
    ["composed", { loss: "logit-adjustment" }, "balanced-softmax", null],
    ["composed", { weights }, "cb-drw", null],
    ["composed", { mixup: 1 }, "mislas", null],
    ["composed", { classifier: "cosine" }, "erm", "last layer"],
    ["composed", { loss: "focal", gamma: 2 }, "focal", "loss"],
    ["ldam", { maxMargin: 0.3 }, "ldam-drw", "loss"],
    ["ldam", { testPrior: counts }, "m-drw", null],
    ["erm-drw", { deferAt: 0.5 }, "erm", "stage"],
    ["erm", { rho: 0.05 }, "erm-drw", "regulariser"],
    ["ldam-drw", { rho: 0.8 }, "ldam-drw-sam", null],
    ["logit-adjustment", {}, "proco", "contrast"],
    ["bcl", {}, "proco", "contrast"],
  ];
  test.for(pairs)("of %s with %o and %s is %s", ([one, options, other, part]) => {
    expect(difference([one, options], [other])).toBe(part);
  });

  test("tells losses apart by any one of many classes", () => {
    const many = Array.from({ length: 200 }, (_, j) => 400 - j);
    const stageOf = (testPrior: readonly number[]): ReturnType<typeof firstStage> =>
      firstStage(methodOf("ldam", { testPrior }), many, until);
    const plain = stageOf(many);
    expect(firstStageDifference(plain, stageOf(many))).toBeNull();
    const differing = many.map((_, j) =>
      firstStageDifference(plain, stageOf(many.map((n, i) => (i === j && j > 0 ? n / 100 : n)))),
    );
    expect(differing).toEqual([null, ...many.slice(1).map(() => "loss")]);
  });
});
