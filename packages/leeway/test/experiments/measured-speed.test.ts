import { setThreads } from "@leeway/torch";
import { beforeAll, expect, test } from "vitest";
import { measuredSpeed } from "../../src/experiments/index.ts";
import { recipeFor } from "../../src/recipe/index.ts";

beforeAll(() => {
  setThreads(1);
});

const text = { vocabularySize: 100, maxLength: 4 };
test.each([
  ["images", recipeFor("cifar10", { model: "resnet8", batchSize: 4 })],
  ["texts", recipeFor("imdb", { text, batchSize: 4 })],
])("measuredSpeed says how many %s a step takes in, without data", async (_, recipe) => {
  const { examplesPerSecond, runs } = await measuredSpeed(recipe);
  expect(examplesPerSecond).toBeGreaterThan(0);
  expect(examplesPerSecond).toBeLessThan(Infinity);
  expect(runs).toBe(0);
});
