import { describe as suite, expect, test } from "vitest";
import { recipeFor, type RecipeOptions } from "../../src/recipe/index.ts";
import { classWeightWords, methodWarnings } from "../../src/report/index.ts";

const source = { kind: "table", paths: ["t.csv"] } as const;
const recipeOf = (options: RecipeOptions): ReturnType<typeof recipeFor> =>
  recipeFor("t", { source, epochs: 10, ...options });
const words = (options: RecipeOptions, counts = [90, 10], names = ["ok", "fraud"]): string[] =>
  classWeightWords(recipeOf(options), { trainCounts: counts, classNames: names });

suite("classWeightWords", () => {
  test("are the weights as they count, the heaviest first, and from when", () => {
    expect(words({ method: "erm", classWeight: { fraud: 3 } })).toEqual([
      "Class weights: fraud=1.5, ok=0.5, from the first step",
    ]);
  });
  test("name the epoch of a deferral, and the method whose weights a power replaces", () => {
    expect(words({ method: "erm-drw", weightPower: 1 })).toEqual([
      "Class weights: fraud=1.8, ok=0.2 in place of ERM-DRW's own, from epoch 9",
    ]);
    expect(words({ method: "erm-drs", weightPower: 1 })).toEqual([
      "Class weights: fraud=1.8, ok=0.2, from epoch 9",
    ]);
  });
  test("are of many classes the heaviest and the lightest", () => {
    const counts = [90, 80, 70, 60, 50, 40, 10];
    const names = counts.map((_, j) => `c${j}`);
    const [line] = words({ method: "erm", classWeight: { c6: 8 } }, counts, names);
    expect(line).toBe("Class weights: c6=4 to c5=0.5, from the first step");
  });
  test("are none where none were given", () => {
    expect(words({ method: "rw" })).toEqual([]);
  });
});

suite("methodWarnings", () => {
  test.for([
    ["logit-adjustment", "LA shifts logits by class frequencies"],
    ["crt", "cRT draws rare classes more often"],
  ] as const)("say of %s with a power that both balance", ([method, what]) => {
    expect(methodWarnings(recipeOf({ method, weightPower: 0.5 }))).toEqual([
      `Warning: ${what}, and weights of n^-0.5 balance the classes once more: ` +
        "rare ones may be predicted too often. Take method erm, or leave the weights out.",
    ]);
    expect(methodWarnings(recipeOf({ method, weightPower: 0 }))).toEqual([]);
  });
  test("say nothing of methods whose weights a power replaces", () => {
    expect(methodWarnings(recipeOf({ method: "rw", weightPower: 0.5 }))).toEqual([]);
  });
});
