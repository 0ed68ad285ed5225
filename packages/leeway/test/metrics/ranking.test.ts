import { fc, test as property } from "@fast-check/vitest";
import { describe as suite, expect, test } from "vitest";
import { topClasses, topKAccuracy } from "../../src/metrics/index.ts";

const scores = Float32Array.of(
  ...[0.1, 0.7, 0.2], // true class ranks first
  ...[0.5, 0.2, 0.3], // second
  ...[0.5, 0.4, 0.1], // third
);
const labels = [1, 2, 2];

suite("topClasses", () => {
  test("gives the class with the highest score", () => {
    expect([...topClasses(scores, 3)]).toEqual([1, 0, 0]);
  });
  test("gives the first of those that tie", () => {
    expect([...topClasses(Float32Array.of(0, 5, 5), 3)]).toEqual([1]);
  });
  test("names the score that is not finite", () => {
    expect(() => topClasses(Float32Array.of(0, 1, NaN, 3), 2)).toThrow(
      "topClasses: expected scores[1][0] to be finite, got NaN. The model has diverged; lower the learning rate.",
    );
  });
  test("wants whole rows", () => {
    expect(() => topClasses(scores, 4)).toThrow("topClasses: expected scores to be rows of 4");
  });
});

suite("topKAccuracy", () => {
  test("counts the examples whose class is among the k best", () => {
    expect([1, 2, 3].map((k) => topKAccuracy(scores, labels, { k, classes: 3 }))).toEqual([1 / 3, 2 / 3, 1]);
  });
  test("gives a model that scores every class alike 1 of K, not everything", () => {
    const same = new Float32Array(9);
    expect(topKAccuracy(same, [0, 1, 2], { k: 1, classes: 3 })).toBe(1 / 3);
  });
  property.prop([
    fc.array(fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 }), fc.nat({ max: 3 })), { minLength: 1 }),
  ])("with k = 1 agrees with topClasses, ties included", (rows) => {
    const some = Float32Array.from(rows.flat());
    const truth = rows.map((_, i) => i % 3);
    const top = topClasses(some, 3);
    const hits = truth.filter((label, i) => label === top[i]).length;
    expect(topKAccuracy(some, truth, { k: 1, classes: 3 })).toBe(hits / rows.length);
  });
  test("refuses a k that is no rank, wrong labels and no examples", () => {
    expect(() => topKAccuracy(scores, labels, { k: 4, classes: 3 })).toThrow(
      "topKAccuracy: expected k to be a whole number from 1 to 3, got 4.",
    );
    expect(() => topKAccuracy(scores, [0, 1, 3], { k: 1, classes: 3 })).toThrow("labels[2]");
    expect(() => topKAccuracy(scores, [0], { k: 1, classes: 3 })).toThrow("expected labels to be 3, got 1.");
    expect(() => topKAccuracy(new Float32Array(0), [], { k: 1, classes: 3 })).toThrow(
      "labels to be at least one",
    );
  });
});
