import { describe as suite, expect, test } from "vitest";
import { type RecipeRecord, recipeText, sameRecipe } from "../../src/records/index.ts";
import { run } from "./examples.ts";

const { recipe } = run;

suite("sameRecipe", () => {
  test("holds whatever the order of the fields is", () => {
    const turned = Object.fromEntries(Object.entries(recipe).reverse()) as unknown as RecipeRecord;
    const { scale, maxMargin } = recipe.methodOptions;
    expect(sameRecipe(recipe, { ...turned, methodOptions: { scale: scale!, maxMargin: maxMargin! } })).toBe(
      true,
    );
  });

  test("holds for what was written and read again", () => {
    expect(sameRecipe(recipe, JSON.parse(JSON.stringify(recipe)) as RecipeRecord)).toBe(true);
  });

  test("holds no more where one field differs, however deep", () => {
    const others: RecipeRecord[] = [
      { ...recipe, seed: 1 },
      { ...recipe, maxPerClass: 5000 },
      { ...recipe, methodOptions: { ...recipe.methodOptions, scale: 10 } },
      { ...recipe, schedule: { ...recipe.schedule, decays: [...recipe.schedule.decays].reverse() } },
    ];
    for (const other of others) expect(sameRecipe(recipe, other)).toBe(false);
  });

  test("does not hold where only one has a field", () => {
    const { scale } = recipe.methodOptions;
    expect(sameRecipe(recipe, { ...recipe, methodOptions: { scale: scale! } })).toBe(false);
  });
});

suite("recipeText", () => {
  test("is one line with its fields in alphabetical order", () => {
    expect(recipeText(recipe)).toMatch(/^\{"batchSize":128,"dataset":"cifar10","epochs":200,[^\n]*\}$/);
  });
});
