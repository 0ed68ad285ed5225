import { readFileSync } from "node:fs";
import pc from "picocolors";
import { describe as suite, expect, test } from "vitest";
import type { RecipeRecord } from "../../src/records/index.ts";
import { recipeFor, type RecipeOptions } from "../../src/recipe/index.ts";
import { metricsOf } from "../../src/metrics/index.ts";
import { scarceText } from "../../src/report/scarce-words.ts";
import {
  describeProfile,
  type EndedRun,
  exampleNoun,
  methodWarnings,
  rateWarnings,
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

  test("says where a new last layer throws away a network that has no other", () => {
    const warned = (model: string, changes: RecipeOptions): string =>
      methodWarnings(recipeFor("imdb", { model, method: "bs-head", epochs: 20, ...changes })).join();
    expect(warned("ngrams", {})).toBe(
      "Warning: BS head begins a new last layer after epoch 19 of 20, and ngrams has no other layer: " +
        "what it learned before is lost. Take logit-adjustment.",
    );
    expect(warned("tfidf", { method: "crt" })).toContain("cRT begins a new last layer");
    expect(warned("bilstm", {})).toBe("");
    expect(warned("ngrams", { methodOptions: { deferAt: 0 } })).toBe(""); // nothing was learned before
    expect(warned("ngrams", { method: "lws" })).toBe(""); // whose last layer stays
  });
});

suite("rateWarnings", () => {
  const warned = (optimizer: "sgd" | "adam", lr: number): string =>
    rateWarnings(recipeFor("cifar10", { optimizer, lr })).join();

  test("questions a rate that is a slip of the pen, by the optimizer", () => {
    expect(warned("sgd", 1000)).toBe(
      "Warning: is a learning rate of 1000 meant? With sgd, 0.01 to 1 is common; its steps overshoot, and nothing is learned.",
    );
    expect(warned("adam", 1)).toContain("With adam, 0.0001 to 0.03 is common");
    expect(warned("sgd", 1e-9)).toContain("nothing changes in so small steps");
  });

  test("has nothing against those that train", () => {
    expect([warned("sgd", 0.1), warned("sgd", 5), warned("adam", 0.1), warned("adam", 1e-5)].join("")).toBe(
      "",
    );
  });
});

suite("resultOf", () => {
  test("has the ratio that was trained on, and the requested one where a profile cut the classes", () => {
    const ratioOf = (changes: Partial<RecipeRecord>): number =>
      resultOf({
        folder: "runs/a",
        record: {
          ...run,
          recipe: { ...run.recipe, ...changes },
          data: { ...run.data, trainCounts: [90, 30, 40] },
        },
        summary,
      }).ratio;
    expect(ratioOf({ profile: "natural", ratio: 1 })).toBe(3);
    expect(ratioOf({ profile: "longtail", ratio: 100 })).toBe(100);
  });

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

/** A result of two classes, fine and fraud, with so many examples of each in the splits. */
function ofTwo({
  test: counts,
  validation,
}: {
  readonly test: number[];
  readonly validation: number[];
}): EndedRun {
  const labels = counts.flatMap((count, label) => Array<number>(count).fill(label));
  const scores = Float32Array.from(labels.flatMap((label) => [1 - label, label]));
  const test = metricsOf({ scores, labels, classes: 2, trainCounts: [5000, 50], withConfusion: true });
  const recipe = { ...run.recipe, protocol: "honest", source: { kind: "table", paths: ["a.csv"] } } as const;
  const data = {
    ...run.data,
    classNames: ["fine", "fraud"],
    validationSize: validation.reduce((sum, count) => sum + count, 0),
    validationCounts: validation,
    testCounts: counts,
  };
  const best = { epoch: 190, topOne: 0.99, metric: "balancedAccuracy", score: 0.925 } as const;
  const chosen = validation.every((count) => count >= 10);
  return {
    folder: "runs/a",
    record: { ...run, recipe, data },
    summary: {
      ...summary,
      test,
      ...(chosen ? { best, selectedBy: "validation" } : { best: null, selectedBy: "last" }),
    },
  };
}

suite("a result of a rare class", () => {
  const shown = (result: EndedRun): string => renderResult(result, pc.createColors(false));

  test("has its precision, recall and F1 with their counts, and names what chose the epoch", () => {
    const text = shown(ofTwo({ test: [200, 20], validation: [100, 10] }));
    expect(text).toMatch(/precision +100.0 % +of "fraud": 20 of 20 predicted/);
    expect(text).toMatch(/recall +100.0 % +of "fraud": 20 of 20 test rows/);
    expect(text).toMatch(/F1 +100.0 % +of "fraud"/);
    expect(text).toContain("epoch 191, chosen on the validation split by balanced accuracy, 92.5 %");
    expect(text).not.toContain("Test rows");
  });

  test("names of an interrupted run the best epoch so far, and what it is best by", () => {
    const { summary, ...rest } = ofTwo({ test: [200, 20], validation: [100, 10] });
    const text = shown({ ...rest, summary: { ...summary, status: "interrupted", test: null } });
    expect(text).toMatch(/best validation +92.5 % +balanced accuracy after epoch 191/);
  });

  test("says how few examples the splits have of it, and that the last epoch was kept", () => {
    const text = shown(ofTwo({ test: [200, 2], validation: [100, 1] }));
    expect(text).toContain('Test rows: 2 of "fraud". Numbers of such a class hang on single examples.');
    expect(text).toContain(
      'Validation rows: 1 of "fraud". They cannot choose an epoch, so the last one was kept.',
    );
  });

  test("has no metric over classes where the test split has one alone", () => {
    const result = ofTwo({ test: [200, 0], validation: [100, 0] });
    const text = shown(result);
    for (const name of ["balanced", "worst class", "G-mean", "macro-F1", "recall"]) {
      expect(text).toMatch(new RegExp(`^ +${name} +–`, "m"));
    }
    expect(text).toMatch(/medium-shot +– +1 class .*, 1 of them without test rows/);
    expect(text).toContain('Test rows: 0 of "fraud".');
    expect(resultOf(result)).toMatchObject({
      ...{ balancedAccuracy: null, worstClass: null, averagePrecision: null },
      classes: [
        { name: "fine", count: 5000, validationCount: 100, testCount: 200, recall: 1 },
        { name: "fraud", count: 50, validationCount: 0, testCount: 0, recall: null, f1: null },
      ],
      notes: [expect.stringContaining("Test rows"), expect.stringContaining("Validation rows")],
    });
  });
});

suite("scarceText", () => {
  test("names up to three classes, and of more how many there are", () => {
    const scarce = ["a", "b", "c", "d"].map((name, examples) => ({ name, examples }));
    expect(scarceText(scarce.slice(0, 1), 9)).toBe('0 of "a"');
    expect(scarceText(scarce.slice(0, 3), 9)).toBe('0 of "a", 1 of "b" and 2 of "c"');
    expect(scarceText(scarce, 9)).toBe('4 of 9 classes have fewer than 10 ("a" 0, "b" 1, "c" 2, …)');
  });
});

suite("exampleNoun", () => {
  test("calls examples what they are", () => {
    expect([exampleNoun(recipeFor("cifar10")), exampleNoun(recipeFor("imdb"))]).toEqual(["images", "texts"]);
    expect(exampleNoun({ dataset: "mine", source: { kind: "table", paths: ["a.csv"] } })).toBe("rows");
  });
});
