import { describe as suite, expect, test } from "vitest";
import { classCalibration } from "../../src/metrics/index.ts";
import { drawnMixture } from "./drawn-mixture.ts";

const mean = (values: readonly number[]): number =>
  values.reduce((sum, each) => sum + each, 0) / values.length;
const drawn = (examples: number, seed: number): ReturnType<typeof drawnMixture> =>
  drawnMixture({ examples, share: 0.05, prior: 0.05, seed });

suite("classCalibration", () => {
  test("is the gap between a class's probability and its share, in one bin by hand", () => {
    const probabilities = Float32Array.of(0.75, 0.25, 0.75, 0.25, 0.5, 0.5);
    const [, second] = classCalibration(probabilities, [0, 1, 1], { classes: 2 });
    expect(second!.error).toBeCloseTo(Math.abs(1 - 2) / 3, 6);
    const variance = 2 * (3 / 16) + 1 / 4; // λ = 0.625, E|X - λ| = 2 λ e^-λ
    expect(second!.byChance).toBeCloseTo((2 * variance * Math.exp(-variance)) / 3, 6);
  });

  test.for([400, 4000])("of exact probabilities is what chance shows, on %i examples", (examples) => {
    const all = Array.from({ length: 40 }, (_, seed) => {
      const { labels, probabilities } = drawn(examples, seed);
      return classCalibration(probabilities, labels, { classes: 2 });
    });
    for (const j of [0, 1]) {
      const errors = mean(all.map((each) => each[j]!.error));
      const chance = mean(all.map((each) => each[j]!.byChance));
      expect(Math.abs(errors / chance - 1)).toBeLessThan(0.15); // 40 draws, each ± a third or two
    }
  });

  test("of a rare class's probabilities that are twice too high is its share", () => {
    const { labels, probabilities } = drawn(4000, 0);
    const doubled = probabilities.map((_, at) => {
      const rare = Math.min(1, 2 * probabilities[at | 1]!);
      return at % 2 === 1 ? rare : 1 - rare;
    });
    const [, rare] = classCalibration(doubled, labels, { classes: 2 });
    expect(rare!.error).toBeGreaterThan(0.015);
    expect(rare!.error).toBeGreaterThan(4 * rare!.byChance);
  });

  test("keeps equal probabilities in one bin, whatever their order", () => {
    const labels = Array.from({ length: 400 }, (_, i) => (i % 4 === 0 ? 1 : 0));
    const same = new Float32Array(800).map((_, at) => (at % 2 === 1 ? 0.25 : 0.75));
    expect(classCalibration(same, labels, { classes: 2 })[1]!.error).toBeCloseTo(0, 6);
    expect(classCalibration(same, labels.toSorted(), { classes: 2 })[1]!.error).toBeCloseTo(0, 6);
  });
});
