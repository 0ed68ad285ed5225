import { describe as suite, expect, test } from "vitest";
import { mixtureShares } from "../../src/metrics/mixture-shares.ts";
import { random } from "../../src/random.ts";

suite("mixtureShares", () => {
  test("are the counts, and one example of the start, where classes are told apart", () => {
    const values = Float64Array.of(5, 0, 5, 0, 0, 2); // two of the first, one of the second
    expect(mixtureShares({ values, classes: 2 }, { start: [0.5, 0.5] })).toEqual([2.5 / 4, 1.5 / 4]);
  });

  test("count each example by its weight", () => {
    const values = Float64Array.of(1, 0, 0, 1);
    const shares = mixtureShares({ values, classes: 2 }, { start: [0.5, 0.5], weights: [7, 2] });
    expect(shares[0]).toBeCloseTo(7.5 / 10, 12);
  });

  test("have no likelier neighbours, also of classes that overlap", () => {
    const from = random(0, "densities");
    const classes = 4;
    const values = Float64Array.from({ length: 500 * classes }, () => Math.exp(2 * from.uniform()));
    const start = [0.4, 0.3, 0.2, 0.1];
    const shares = mixtureShares({ values, classes }, { start });
    const likelihood = (all: readonly number[]): number => {
      let sum = all.reduce((total, share, j) => total + start[j]! * Math.log(share), 0);
      for (let row = 0; row < values.length; row += classes) {
        sum += Math.log(all.reduce((density, share, j) => density + share * values[row + j]!, 0));
      }
      return sum;
    };
    const best = likelihood(shares);
    for (let j = 0; j < classes; j++) {
      for (let k = 0; k < classes; k++) {
        const moved = shares.map((share, i) => share + (i === j ? 1 : i === k ? -1 : 0) * 0.1 * shares[k]!);
        if (j !== k) expect(likelihood(moved)).toBeLessThan(best);
      }
    }
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });
});
