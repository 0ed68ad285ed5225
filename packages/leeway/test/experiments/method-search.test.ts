import { describe as suite, expect, test } from "vitest";
import {
  deferralRecipes,
  forksAmong,
  largestFitting,
  pilotRecipes,
  reachedShare,
} from "../../src/experiments/index.ts";
import { comparedCells } from "../../src/api/compare.ts";
import { recipeFor } from "../../src/recipe/index.ts";

const recipe = recipeFor("cifar10", { method: "ldam-drw", epochs: 200, methodOptions: { scale: 20 } });

suite("pilotRecipes", () => {
  test("are half as long at the same rate, without a second stage, one for each margin", () => {
    const pilots = pilotRecipes(recipe, [0.8, 0.1]);
    expect(pilots.map(({ methodOptions }) => methodOptions)).toEqual([
      { maxMargin: 0.8, scale: 20, beta: 0.9999, deferAt: 1 },
      { maxMargin: 0.1, scale: 20, beta: 0.9999, deferAt: 1 },
    ]);
    const { epochs, schedule } = pilots[0]!; // of two
    expect(epochs).toBe(100);
    expect(schedule).toEqual(recipeFor("cifar10", { epochs: 100 }).schedule);
  });
  test("keep a cosine, the rate, and the network's rest within their length", () => {
    const asked = recipeFor("cifar10", { method: "ldam", epochs: 10, lr: 0.3, cosine: true });
    const [pilot] = pilotRecipes(asked);
    expect(pilot!.schedule).toMatchObject({ base: 0.3, cosineUntil: 5 });
  });
  test("are refused for a method without margins", () => {
    expect(() => pilotRecipes(recipeFor("cifar10", { method: "erm" }))).toThrow(
      'pilotRecipes: expected method to have margins, got "erm"',
    );
  });
});

suite("deferralRecipes", () => {
  test("differ in the deferral alone, and all but the first go on from the first one's first stage", () => {
    const recipes = deferralRecipes(recipe);
    expect(recipes.map(({ methodOptions: { deferAt } }) => deferAt)).toEqual([0.6, 0.7, 0.8, 0.9]);
    const cells = recipes.flatMap((each) => comparedCells({ methods: ["ldam-drw"], seeds: [0] }, () => each));
    const forks = forksAmong(cells, []);
    // The learning rate falls at 160: a run that defers at 180 has kept its state there.
    expect(forks.map(({ cell, epoch }) => [cell.recipe.methodOptions["deferAt"], epoch])).toEqual([
      [0.7, 120],
      [0.8, 120],
      [0.9, 120],
    ]);
  });
  test("are refused for a method without a second stage", () => {
    expect(() => deferralRecipes(recipeFor("cifar10", { method: "ldam" }))).toThrow("to have a second stage");
  });
});

suite("reachedShare", () => {
  test("is the mean over the classes of the share of examples with the class's margin", () => {
    const asked = recipeFor("cifar10", { method: "ldam", methodOptions: { maxMargin: 0.4 } });
    // Of 16 and 1 examples: margins of 0.2 and 0.4.
    const common = Float64Array.from({ length: 16 }, (_, i) => (i < 4 ? 0.1 : 0.2));
    expect(reachedShare(asked, [common, Float64Array.of(0.39)])).toBeCloseTo((12 / 16 + 0) / 2, 12);
    expect(reachedShare(asked, [common, Float64Array.of(0.4)])).toBeCloseTo((12 / 16 + 1) / 2, 12);
  });
  test("takes the one margin of a loss that has one for all", () => {
    const asked = recipeFor("cifar10", { method: "gcl", methodOptions: { maxMargin: 0.3 } });
    expect(reachedShare(asked, [Float64Array.of(0.2, 0.3), Float64Array.of(0.2)])).toBe(0.25);
  });
});

suite("largestFitting", () => {
  test("is the largest that at most 5 % of the examples fewer reach than reach the smallest", () => {
    const tried = [
      { maxMargin: 0.8, reached: 0.7 },
      { maxMargin: 0.5, reached: 0.86 },
      { maxMargin: 0.3, reached: 0.84 },
      { maxMargin: 0.1, reached: 0.9 },
    ];
    expect(largestFitting(tried).maxMargin).toBe(0.5);
    expect(largestFitting(tried.slice(0, 1)).maxMargin).toBe(0.8);
  });
});
