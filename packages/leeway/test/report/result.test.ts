import { readFileSync } from "node:fs";
import pc from "picocolors";
import { describe as suite, expect, test } from "vitest";
import type { RecipeRecord } from "../../src/records/index.ts";
import { recipeFor } from "../../src/recipe/index.ts";
import {
  describeProfile,
  exampleNoun,
  methodWarnings,
  renderResult,
  resultOf,
} from "../../src/report/index.ts";
import { run, summary } from "../records/examples.ts";
import { folderInMemory } from "../storage/temporary-folder.ts";
import { tinyRecipe, tinyRun } from "../runs/tiny-run.ts";

suite("describeProfile", () => {
  const cases: readonly [what: string, recipe: RecipeRecord][] = [
    ["long-tailed, ratio 100", recipeFor("cifar10")],
    ["balanced", recipeFor("cifar10", { profile: "balanced" })],
    ["as it is", recipeFor("imdb")],
    ["neg thinned to 10.0 %", recipeFor("imdb", { keep: { neg: 0.1 } })],
    [
      "cat thinned to 50.0 %, step, ratio 10",
      recipeFor("cifar10", { profile: "step", ratio: 10, keep: { cat: 0.5 } }),
    ],
  ];
  test.for(cases)("says %s", ([words, recipe]) => {
    expect(describeProfile(recipe)).toBe(words);
  });
});

suite("methodWarnings", () => {
  test("says where a deferred stage never comes", () => {
    const warned = (epochs: number) =>
      methodWarnings(recipeFor("cifar10", { method: "ldam-drw", epochs })).join();
    expect(warned(1)).toBe(
      "Warning: LDAM-DRW never comes to its second stage, which begins after epoch 1, in a run of 1.",
    );
    expect(warned(2)).toBe("");
  });
});

suite("resultOf", () => {
  test("has the fields that docs/json.md says, and no others", () => {
    const page = readFileSync(new URL("../../../../docs/json.md", import.meta.url), "utf8");
    const [, rows = ""] = /^## A run\n\n\| field .*\n\| -.*\n((?:\|.*\n)+)/m.exec(page) ?? [];
    const documented = rows
      .split("\n")
      .flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`(\w+)`/g)].map(([, name]) => name!)); // it has matched
    const result = resultOf({ folder: "runs/a", record: run, summary });
    expect(documented.sort()).toEqual(Object.keys(result).sort());
  });
});

suite("renderResult", () => {
  test("says that the second stage never came", async () => {
    const recipe = tinyRecipe({ epochs: 1, method: "erm-drw", protocol: "paper", validationFraction: 0 });
    const trained = await tinyRun(recipe, { runsDir: folderInMemory() });
    const text = renderResult(
      { folder: trained.path, ...trained, summary: trained.summary! },
      pc.createColors(false),
    );
    expect(text).toContain("epoch 1, before the second stage, which this run never came to, chosen");
  });

  test("says what was left out, and that the rate is no longer the recipe's", async () => {
    const recipe = tinyRecipe({ epochs: 1 });
    const trained = await tinyRun(recipe, { runsDir: folderInMemory() });
    const summary = { ...trained.summary!, skipped: 1, rollbacks: 2 }; // it has finished
    const shown = renderResult(
      { folder: trained.path, record: trained.record, summary },
      pc.createColors(false),
    );
    expect(shown).toContain("\n  1 batch left out: no finite loss or gradient");
    expect(shown).toContain("\n  went back 2 times, and on at 1/4 of the learning rate\n");
  });
});

suite("an epoch that was chosen before the last stage", () => {
  test("is told as such", async () => {
    const recipe = tinyRecipe({ epochs: 3, method: "erm-drw", methodOptions: { deferAt: 2 / 3 } });
    const trained = await tinyRun(recipe, { runsDir: folderInMemory() });
    const shownFor = (epoch: number): string => {
      const summary = { ...trained.summary!, best: { epoch, topOne: 0.5 } };
      return renderResult({ folder: trained.path, record: trained.record, summary }, pc.createColors(false));
    };
    expect(shownFor(1)).toContain("epoch 2, before the second stage, which began after epoch 2, chosen on");
    expect(shownFor(2)).toContain("epoch 3, chosen on");
  });
});

suite("exampleNoun", () => {
  test("calls examples what they are", () => {
    expect([exampleNoun(recipeFor("cifar10")), exampleNoun(recipeFor("imdb"))]).toEqual(["images", "texts"]);
    expect(exampleNoun({ dataset: "mine", source: { kind: "table", paths: ["a.csv"] } })).toBe("rows");
  });
});
