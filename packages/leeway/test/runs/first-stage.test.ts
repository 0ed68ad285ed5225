import { expect, test } from "vitest";
import { methodOf } from "../../src/methods/index.ts";
import { firstStage, firstStageDifference } from "../../src/runs/first-stage.ts";

const counts = Array.from({ length: 200 }, (_, j) => 400 - j);
const until = { epoch: 8, epochs: 10 };

test("firstStageDifference tells losses apart by any one of many classes", () => {
  const stageOf = (testPrior: readonly number[]) =>
    firstStage(methodOf("ldam", { testPrior }), counts, until);
  const plain = stageOf(counts);
  expect(firstStageDifference(plain, stageOf(counts))).toBeNull();
  const differing = counts.map((_, j) =>
    firstStageDifference(plain, stageOf(counts.map((n, i) => (i === j && j > 0 ? n / 100 : n)))),
  );
  expect(differing).toEqual([null, ...counts.slice(1).map(() => "loss")]);
});
