import { describe as suite, expect, test } from "vitest";
import { chooseRule, crossFitted, decisionsOf, freshRange, outcomeOf } from "../../src/decisions/index.ts";
import { clopperPearson } from "../../src/metrics/index.ts";
import { drawn, truth } from "./mixture.ts";

const classNames = ["fine", "fraud"];
// 4 fraud of 20: three found, two false alarms.
const labels = [1, 1, 1, 1, ...new Array<number>(16).fill(0)];
const decided = [1, 1, 1, 0, 1, 1, ...new Array<number>(14).fill(0)];

suite("outcomeOf", () => {
  test("counts decisions for a class, and what 1,000 cases come to", () => {
    const { classes } = outcomeOf({ labels, decided, classNames, of: [1] });
    expect(classes).toMatchObject([
      {
        ...{ name: "fraud", examples: 4, decided: 5, right: 3 },
        recall: { value: 3 / 4, interval: clopperPearson(3, 4) },
        precision: { value: 3 / 5, interval: clopperPearson(3, 5) },
        f1: { value: 6 / 9 },
        perThousand: { alerts: { value: 250 }, found: 150, missed: 50, falseAlarms: 100 },
      },
    ]);
  });

  test("brings them to other class frequencies", () => {
    // 20 % to 2 %: an example of fraud counts a tenth.
    const classWeights = [0.98 / 0.8, 0.02 / 0.2];
    const [own] = outcomeOf({ labels, decided, classNames, of: [1], classWeights }).classes;
    const [found, falseAlarms] = [0.02 * (3 / 4), 0.98 * (2 / 16)];
    expect(own!.recall!.value).toBe(3 / 4);
    expect(own!.precision!.value).toBeCloseTo(found / (found + falseAlarms), 12);
    expect(own!.perThousand.alerts.value).toBeCloseTo(1000 * (found + falseAlarms), 9);
    const [lower, upper] = own!.precision!.interval;
    expect(lower).toBeLessThan(own!.precision!.value);
    expect(upper).toBeGreaterThan(own!.precision!.value);
  });

  test("has the cost of 1,000 cases with its interval", () => {
    const costs = {
      costs: [
        [0, 1],
        [40, 0],
      ],
    };
    const { cost } = outcomeOf({ labels, decided, classNames, of: [1], costs });
    expect(cost!.value).toBeCloseTo((1000 * (40 + 2)) / 20, 9);
    expect(cost!.interval[0]).toBeLessThan(cost!.value);
    expect(cost!.interval[1]).toBeGreaterThan(cost!.value);
  });

  test("has no recall without an example, and no precision without a decision", () => {
    const none = { labels: [0, 0], classNames, of: [1] };
    expect(outcomeOf({ ...none, decided: [0, 0] }).classes[0]).toMatchObject({
      recall: null,
      precision: null,
      f1: null,
    });
  });
});

suite("crossFitted", () => {
  test("takes off what the choice of the highest F1 adds to it", () => {
    const request = { criteria: [{ class: 1, criterion: { kind: "best-f1" } as const }] };
    const sums = { seen: 0, fitted: 0, true: 0 };
    for (let set = 0; set < 50; set++) {
      const split = drawn(set, 400);
      const rule = chooseRule(request, split, classNames) as { thresholds: number[] };
      const plain = decisionsOf(split.probabilities, rule, { classes: 2 });
      const f1 = (by: Int32Array): number =>
        outcomeOf({ labels: split.labels, decided: by, classNames, of: [1] }).classes[0]!.f1!.value;
      sums.seen += f1(plain) / 50;
      sums.fitted += f1(crossFitted(request, split)!) / 50;
      sums.true += truth(rule.thresholds[1]!).f1 / 50;
    }
    expect(sums.seen - sums.true).toBeGreaterThan(0.05);
    expect(Math.abs(sums.fitted - sums.true)).toBeLessThan(0.03);
  });
  test("is none where there is nothing to cut", () => {
    const one = { probabilities: Float32Array.of(0.5, 0.5, 0.2, 0.8), labels: [0, 1], classes: 2 };
    expect(crossFitted({ criteria: [{ class: 1, criterion: { kind: "best-f1" } }] }, one)).toBeNull();
  });
});

suite("freshRange", () => {
  test("is cut from the orders in which held-out and fresh examples can lie", () => {
    // Of all orders of n and m examples, each as likely, those with t fresh ones above the k-th of the n.
    const [n, m] = [12, 9];
    const choose = (of: number, some: number): number =>
      some === 0 ? 1 : (choose(of, some - 1) * (of - some + 1)) / some;
    const share = (k: number, t: number): number =>
      (choose(t + k - 1, t) * choose(m - t + n - k, m - t)) / choose(m + n, m);
    for (const k of [3, 8, 11]) {
      const [fewest, most] = freshRange(k, n, m);
      const below = (upTo: number, rank: number): number =>
        Array.from({ length: upTo }, (_, t) => share(rank, t)).reduce((a, b) => a + b, 0);
      expect(below(fewest, k)).toBeLessThanOrEqual(0.025 + 1e-9);
      expect(below(fewest + 1, k)).toBeGreaterThan(0.025);
      expect(1 - below(most + 1, k + 1)).toBeLessThanOrEqual(0.025 + 1e-9);
      expect(1 - below(most, k + 1)).toBeGreaterThan(0.025);
    }
  });
  test("is open where all or none were found", () => {
    expect(freshRange(5, 5, 10)[1]).toBe(10);
    expect(freshRange(0, 5, 10)[0]).toBe(0);
  });
});
