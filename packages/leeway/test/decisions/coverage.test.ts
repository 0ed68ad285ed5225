import { beforeAll, describe as suite, expect, test } from "vitest";
import {
  chooseRule,
  type Criterion,
  crossFitted,
  decisionsOf,
  freshRange,
  outcomeOf,
} from "../../src/decisions/index.ts";
import { RunError } from "../../src/errors.ts";
import { drawn, truth } from "./mixture.ts";

const sets = 200;
const names = ["fine", "fraud"];

/** Of 200 data sets of 1,000 rows, in how many an interval holds the truth: shares of those that have a threshold. */
interface Coverage {
  readonly chosen: number;
  readonly recall: number;
  readonly precision: number;
  readonly f1: number;
  readonly alerts: number;
  /** Whether as many were found on a test of 1,000 other rows as was to be expected. */
  readonly fresh: number;
  /** Whether the true recall, or precision, is what was requested. */
  readonly met: number;
}

function coverageOf(criterion: Criterion): Coverage {
  const held = { recall: 0, precision: 0, f1: 0, alerts: 0, fresh: 0, met: 0 };
  let chosen = 0;
  const request = { criteria: [{ class: 1, criterion }] };
  for (let set = 0; set < sets; set++) {
    const split = drawn(set, 1000);
    let rule;
    try {
      rule = chooseRule(request, split, names);
    } catch (error) {
      expect(error).toBeInstanceOf(RunError); // too few to be confident
      continue;
    }
    chosen++;
    const true_ = truth((rule as { thresholds: number[] }).thresholds[1]!);
    const decided = decisionsOf(split.probabilities, rule, { classes: 2 });
    const fitted = criterion.kind === "best-f1" ? crossFitted(request, split) : null;
    const counting = { classNames: names, of: [1] };
    const [own] = outcomeOf({ ...counting, labels: split.labels, decided, fitted }).classes;
    for (const name of ["recall", "precision", "f1"] as const) {
      held[name] += holds(own![name]!.interval, true_[name]);
    }
    held.alerts += holds(own!.perThousand.alerts.interval, true_.alerts);
    if (criterion.kind === "min-recall") held.met += true_.recall >= criterion.share ? 1 : 0;
    if (criterion.kind === "min-precision") held.met += true_.precision >= criterion.share ? 1 : 0;
    const fresh = drawn(10_000 + set, 1000);
    const again = decisionsOf(fresh.probabilities, rule, { classes: 2 });
    const [counted] = outcomeOf({ ...counting, labels: fresh.labels, decided: again }).classes;
    held.fresh += holds(freshRange(own!.right, own!.examples, counted!.examples), counted!.right);
  }
  return {
    chosen: chosen / sets,
    ...(Object.fromEntries(Object.entries(held).map(([name, times]) => [name, times / chosen])) as Omit<
      Coverage,
      "chosen"
    >),
  };
}

function holds([lower, upper]: readonly [number, number], value: number): number {
  return value >= lower - 1e-9 && value <= upper + 1e-9 ? 1 : 0;
}

suite("a threshold of at least 90 % recall, on 200 simulated data sets", () => {
  let coverage: Coverage;
  beforeAll(() => {
    coverage = coverageOf({ kind: "min-recall", share: 0.9, confident: false });
  });
  test("has its true recall inside its interval in at least 90 % of them", () => {
    expect(coverage.recall).toBeGreaterThanOrEqual(0.9);
    expect(coverage.precision).toBeGreaterThanOrEqual(0.9);
    expect(coverage.alerts).toBeGreaterThanOrEqual(0.9);
  });
  test("finds as many of a fresh test as was to be expected in at least 90 % of them", () => {
    expect(coverage.fresh).toBeGreaterThanOrEqual(0.9);
  });
  test("is below the requested recall about as often as above", () => {
    expect(coverage.met).toBeGreaterThan(0.35);
    expect(coverage.met).toBeLessThan(0.65);
  });
});

test("a confident threshold has the requested recall, or precision, in at least 95 of 100 data sets", () => {
  const recall = coverageOf({ kind: "min-recall", share: 0.9, confident: true });
  expect(recall.chosen).toBeGreaterThan(0.9);
  expect(recall.met).toBeGreaterThanOrEqual(0.95);
  const precision = coverageOf({ kind: "min-precision", share: 0.5, confident: true });
  expect(precision.met).toBeGreaterThanOrEqual(0.95);
});

test("the intervals of other criteria hold the truth in at least 90 % of data sets", () => {
  const criteria: readonly Criterion[] = [
    { kind: "min-precision", share: 0.5, confident: false },
    { kind: "best-f1" },
    { kind: "max-alerts", share: 0.05 },
  ];
  for (const criterion of criteria) {
    const { recall, precision, f1, alerts, fresh } = coverageOf(criterion);
    for (const held of [recall, precision, f1, alerts, fresh])
      expect(held, criterion.kind).toBeGreaterThanOrEqual(0.9);
  }
});
