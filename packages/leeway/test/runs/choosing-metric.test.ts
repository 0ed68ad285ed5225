import { describe as suite, expect, test } from "vitest";
import { choosingMetric } from "../../src/runs/choosing-metric.ts";

const honest = (validationCounts: number[]) =>
  choosingMetric({ protocol: "honest" }, { validationSize: 1, validationCounts });

suite("choosingMetric", () => {
  test("is balanced accuracy where each example decides a twentieth of it at most", () => {
    expect(honest([900, 10])).toBe("balancedAccuracy");
    expect(honest([900, 9])).toBeNull();
    expect(honest(Array<number>(10).fill(2))).toBe("balancedAccuracy");
    expect(honest([...Array<number>(9).fill(2), 1])).toBeNull();
    expect(honest(Array<number>(100).fill(1))).toBe("balancedAccuracy");
  });

  test("is nothing where a class has no validation example, however many classes there are", () => {
    expect(honest([...Array<number>(99).fill(50), 0])).toBeNull();
  });

  test("is top-1 accuracy with the paper's protocol, and nothing without a split", () => {
    expect(choosingMetric({ protocol: "paper" }, { validationSize: 0 })).toBe("topOne");
    expect(choosingMetric({ protocol: "honest" }, { validationSize: 0 })).toBeNull();
  });

  test("stays what it was for runs that recorded no counts", () => {
    expect(choosingMetric({ protocol: "honest" }, { validationSize: 5 })).toBe("balancedAccuracy");
  });
});
