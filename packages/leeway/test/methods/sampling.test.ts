import { describe as suite, expect, test } from "vitest";
import { epochOrder } from "../../src/data/index.ts";
import { effectiveNumbers, type ClassCounts } from "../../src/imbalance/index.ts";
import { methodOf, stagesOf } from "../../src/methods/index.ts";

const counts = [6400, 900, 100];
const labels = counts.flatMap((n, j) => new Array<number>(n).fill(j));

/** How many examples of each class an epoch of a method's last stage shows. */
function histogram(name: string, seed = 0): number[] {
  const { samplingOdds } = stagesOf(methodOf(name), counts, 100).at(-1)!;
  const drawn = counts.map(() => 0);
  for (const i of epochOrder(labels, samplingOdds, { seed, epoch: 99 })) drawn[labels[i]!]! += 1;
  return drawn;
}

/** Classes are to be drawn in these proportions: each within five deviations of a binomial. */
function expectShares(drawn: readonly number[], proportions: readonly number[]): void {
  const total = proportions.reduce((sum, each) => sum + each, 0);
  const draws = labels.length;
  drawn.forEach((count, j) => {
    const share = proportions[j]! / total;
    expect(Math.abs(count - share * draws)).toBeLessThan(5 * Math.sqrt(draws * share * (1 - share)));
  });
}

suite("an epoch's class histogram", () => {
  test.for(["rs", "erm-drs", "hg-drs", "ldam-drs", "ldam-hg-drs", "crt", "lws", "mislas"])(
    "of %s is even",
    (name) => {
      expectShares(histogram(name), [1, 1, 1]);
    },
  );
  test("of sqrt-rs goes by the square root of the counts", () => {
    expectShares(histogram("sqrt-rs"), [80, 30, 10]);
  });
  test("of cb-rs goes by n_j over the effective number", () => {
    const share = (n: ClassCounts): number[] => {
      const effective = effectiveNumbers(n);
      return n.map((each, j) => each / effective[j]!);
    };
    expectShares(histogram("cb-rs"), share(counts));
  });
  test("of erm is that of the data, each example once", () => {
    expect(histogram("erm")).toEqual(counts);
  });
  test("is the same for the same seed", () => {
    expect(histogram("sqrt-rs", 3)).toEqual(histogram("sqrt-rs", 3));
    expect(histogram("sqrt-rs", 3)).not.toEqual(histogram("sqrt-rs", 4));
  });
});
