import { describe as suite, expect, test } from "vitest";
import {
  deferralEpoch,
  effectiveNumberWeights,
  ldamMargins,
  profileCounts,
  shotGroups,
  type Profile,
} from "../src/imbalance/index.ts";
import { learningRate, paperSchedule } from "../src/recipe/learning-rate.ts";

/** Cao et al. 2019 (arXiv:1906.07413v2) and the authors' code: the numbers that ours must equal. */

const sum = (counts: readonly number[]): number => counts.reduce((total, n) => total + n, 0);
const cifar10 = (profile: Profile, ratio: number): number[] =>
  profileCounts(profile, { classes: 10, max: 5000, ratio });
const cifar100 = (ratio: number): number[] => profileCounts("longtail", { classes: 100, max: 500, ratio });

suite("the paper's data", () => {
  test("CIFAR-10 long-tailed at ratio 100 keeps these examples", () => {
    expect(cifar10("longtail", 100)).toEqual([5000, 2997, 1796, 1077, 645, 387, 232, 139, 83, 50]);
  });
  test("CIFAR-10 step at ratio 100 keeps these examples", () => {
    expect(cifar10("step", 100)).toEqual([5000, 5000, 5000, 5000, 5000, 50, 50, 50, 50, 50]);
  });
  test.for([
    ["CIFAR-10 long-tailed 100", cifar10("longtail", 100), 12_406],
    ["CIFAR-10 long-tailed 10", cifar10("longtail", 10), 20_431],
    ["CIFAR-10 step 100", cifar10("step", 100), 25_250],
    ["CIFAR-10 step 10", cifar10("step", 10), 27_500],
    ["CIFAR-100 long-tailed 100", cifar100(100), 10_847],
    ["CIFAR-100 long-tailed 10", cifar100(10), 19_573],
    [
      "Tiny ImageNet long-tailed 100",
      profileCounts("longtail", { classes: 200, max: 500, ratio: 100 }),
      21_549,
    ],
  ] as const)("%s has its number of examples", ([, counts, total]) => {
    expect(sum(counts)).toBe(total);
  });
  test("CIFAR-100 long-tailed at ratio 100 has 35 many-, 35 medium- and 30 few-shot classes", () => {
    const groups = shotGroups(cifar100(100));
    const size = (group: string): number => groups.filter((other) => other === group).length;
    expect([size("many"), size("medium"), size("few")]).toEqual([35, 35, 30]);
  });
});

suite("the paper's margins", () => {
  test("on CIFAR-10 long-tailed 100 go from 0.1581 to 0.5", () => {
    const margins = ldamMargins(cifar10("longtail", 100));
    expect(margins[0]).toBeCloseTo(0.1581, 4);
    expect(margins[9]).toBe(0.5);
  });
  test("have C = 1.3296 on CIFAR-10 and 0.7477 on CIFAR-100, long-tailed 100", () => {
    expect(ldamMargins(cifar10("longtail", 100))[0]! * 5000 ** 0.25).toBeCloseTo(1.3296, 4);
    expect(ldamMargins(cifar100(100))[0]! * 500 ** 0.25).toBeCloseTo(0.7477, 4);
  });
  test("split a fixed sum between two classes as Theorem 3 does", () => {
    const [n1, n2] = [1000, 50];
    const [first, second] = ldamMargins([n1, n2]) as unknown as [number, number];
    const beta = first + second;
    expect(first).toBeCloseTo((beta * n2 ** 0.25) / (n1 ** 0.25 + n2 ** 0.25), 12);
  });
});

suite("the paper's weights", () => {
  test("on CIFAR-10 long-tailed 100 go from 0.0506 to 3.9927 and have sum 10", () => {
    const weights = effectiveNumberWeights(cifar10("longtail", 100));
    expect(weights[0]).toBeCloseTo(0.0506, 4);
    expect(weights[9]).toBeCloseTo(3.9927, 4);
    expect(sum([...weights])).toBeCloseTo(10, 12);
  });
});

suite("the paper's schedule", () => {
  const schedule = paperSchedule(200);
  test.for([
    [0, 0.02],
    [4, 0.1],
    [5, 0.1],
    [159, 0.1],
    [160, 0.001],
    [179, 0.001],
    [180, 0.00001],
    [199, 0.00001],
  ] as const)("has in epoch %d the rate %d", ([epoch, rate]) => {
    expect(learningRate(schedule, epoch)).toBeCloseTo(rate, 12);
  });
  test("drops first where the deferred stage begins, whatever the number of epochs", () => {
    // Of two epochs the rate never drops, but the second is re-balanced.
    expect([paperSchedule(2).decays[0]!.fromEpoch, deferralEpoch(2)]).toEqual([2, 1]);
    for (let epochs = 1; epochs <= 400; epochs++) {
      if (epochs === 2) continue;
      expect(paperSchedule(epochs).decays[0]!.fromEpoch).toBe(deferralEpoch(epochs));
    }
  });
});
