import { describe as suite, expect, test } from "vitest";
import {
  candidatesOf,
  chosenCells,
  chosenOf,
  experiments,
  searchCells,
  type TunedExperiment,
  tunedTable,
} from "../../src/experiments/index.ts";
import { methodNames, methodOf } from "../../src/methods/index.ts";
import type { Recipe } from "../../src/recipe/index.ts";
import type { StoredRun } from "../../src/storage/index.ts";
import * as example from "../records/examples.ts";

/** A finished run of a recipe that did so well on validation, and so on the classes of the test. */
function runOf(recipe: Recipe, score: number, [neg, pos]: readonly [number, number] = [0.5, 1]): StoredRun {
  const metrics = { ...example.metrics, balancedAccuracy: score };
  const test_ = { ...example.metrics, balancedAccuracy: (neg + pos) / 2, perClass: [neg, pos] };
  const evaluation = { split: "validation", loss: 1, metrics } as const;
  const worse = { ...evaluation, metrics: { ...metrics, balancedAccuracy: score / 2 } };
  return {
    path: `runs/${score}`,
    record: { ...example.run, recipe, data: { ...example.run.data, classNames: ["neg", "pos"] } },
    epochs: [
      { ...example.epoch, evaluation },
      { ...example.epoch, epoch: 1, evaluation: worse },
    ],
    summary: { ...example.summary, status: "finished", test: test_ },
  };
}

const erm = candidatesOf("imdb", { method: "erm" });

suite("candidatesOf", () => {
  test("gives every method as many tries, the usual recipe first, all of them different", () => {
    for (const method of methodNames.filter((name) => !methodOf(name).contrast)) {
      const candidates = candidatesOf("imdb", { method });
      expect(candidates).toHaveLength(4);
      expect(new Set(candidates.map((each) => JSON.stringify(each))).size).toBe(4);
      expect(candidates[0]!.schedule.base).toBe(1e-3);
    }
  });

  test("tries two rates with two decays, or with two scales of cosine logits", () => {
    expect(erm.map(({ schedule, weightDecay }) => [schedule.base, weightDecay])).toEqual([
      [1e-3, 0],
      [1e-3, 1e-4],
      [3e-3, 0],
      [3e-3, 1e-4],
    ]);
    const regression = candidatesOf("imdb", { method: "rw", model: "tfidf" });
    expect(new Set(regression.map(({ weightDecay }) => weightDecay))).toEqual(new Set([3e-4, 3e-3]));
    const ldam = candidatesOf("imdb", { method: "ldam-drw" });
    expect(ldam.map(({ methodOptions }) => methodOptions["scale"])).toEqual([30, 10, 30, 10]);
  });
});

suite("chosenOf", () => {
  test("takes the candidate with the best epoch on the validation split, of equal ones the first", () => {
    const runs = [0.7, 0.9, 0.9, 0.8].map((score, i) => runOf(erm[i]!, score));
    expect(chosenOf(erm, runs)).toEqual({ recipe: erm[1], score: 0.9, run: "runs/0.9" });
  });

  test("does not look at the test set", () => {
    const runs = [0.6, 0.5, 0.5, 0.5].map((score, i) => runOf(erm[i]!, score, i === 0 ? [0, 0] : [1, 1]));
    expect(chosenOf(erm, runs)!.recipe).toBe(erm[0]);
  });

  test("chooses nothing before all have been tried", () => {
    expect(
      chosenOf(
        erm,
        erm.slice(1).map((recipe) => runOf(recipe, 0.5)),
      ),
    ).toBeNull();
  });

  test("refuses runs that had no validation split", () => {
    const runs = erm.map((recipe) => ({ ...runOf(recipe, 0.5), epochs: [example.epoch] }));
    expect(() => chosenOf(erm, runs)).toThrow("expected epochs that were measured on a validation split");
  });
});

suite("table 1", () => {
  const table1 = experiments.find(({ name }) => name === "table1") as TunedExperiment;
  const rows = table1.rows.filter(({ name }) => ["erm", "tfidf-rw"].includes(name));
  const settings = {};
  const search = searchCells(table1, rows, settings);

  test("searches for every row, on a tenth of the negative reviews", () => {
    expect(search.map(({ method, recipe }) => [method, recipe.model])).toEqual([
      ...Array<unknown>(4).fill(["erm", "bilstm"]),
      ...Array<unknown>(4).fill(["rw", "tfidf"]),
    ]);
    expect(search[0]!.recipe).toMatchObject({
      dataset: "imdb",
      keep: { neg: 0.1 },
      protocol: "honest",
      seed: 0,
    });
  });

  test("shortens the networks where that is asked for, but not the regression", () => {
    const short = searchCells(table1, rows, { epochs: 2, precision: "bf16" });
    expect(new Set(short.map(({ recipe: { epochs, precision } }) => `${epochs} ${precision}`))).toEqual(
      new Set(["2 bf16", "30 fp32"]),
    );
  });

  test("trains what was chosen with every seed, and nothing of a row whose search is not over", () => {
    const runs = search.slice(0, 5).map(({ recipe }, i) => runOf(recipe, 0.5 + i / 100));
    const cells = chosenCells(table1, rows, { settings, seeds: [0, 1], runs });
    expect(cells.map(({ method, seed }) => [method, seed])).toEqual([
      ["erm", 0],
      ["erm", 1],
    ]);
    expect(cells[1]!.recipe).toEqual({ ...search[3]!.recipe, seed: 1 });
  });

  test("shows each class's error over the seeds beside the paper's", () => {
    const runs = search.map(({ recipe }, i) => runOf(recipe, 0.5 + i / 100, [0.5, 1]));
    runs.push(runOf({ ...search[3]!.recipe, seed: 1 }, 0.4, [0.3, 1]));
    const [first, second] = tunedTable(table1, rows, { settings, seeds: [0, 1, 2], runs });
    expect(first).toMatchObject({
      seeds: [0, 1],
      ours: {
        "positive error": { mean: 0 },
        "negative error": { mean: 60, n: 2 },
        "mean error": { mean: 30 },
      },
      paper: { "positive error": 2.86, "negative error": 70.78, "mean error": 36.82 },
    });
    expect(second).toMatchObject({ seeds: [0], paper: null });
    const [unsearched] = tunedTable(table1, rows, { settings, seeds: [0], runs: [] });
    expect(unsearched).toMatchObject({ chosen: null, ours: null });
  });
});
