import { setThreads } from "@leeway/torch";
import { beforeAll, describe as suite, expect, test } from "vitest";
import { chosenOf } from "../../src/experiments/tuning.ts";
import { findSelection, metricsOf } from "../../src/metrics/index.ts";
import { random } from "../../src/random.ts";
import type { EvaluationRecord } from "../../src/records/index.ts";
import type { RecipeOptions } from "../../src/recipe/index.ts";
import { choosingMetric, goodnessOf } from "../../src/runs/choosing-metric.ts";
import { epoch as epochRecord } from "../records/examples.ts";
import { folderInMemory } from "../storage/temporary-folder.ts";
import { tinyData, tinyRecipe, tinyRun, type TinyRun } from "./tiny-run.ts";

beforeAll(() => {
  setThreads(1);
});

/** Epochs that go up and down: the rate is far too high. */
const restless = (options: RecipeOptions) =>
  tinyRecipe({ method: "erm", epochs: 8, schedule: { base: 1, warmupEpochs: 0, decays: [] }, ...options });

const selectionsOf = ({ epochs }: TinyRun): number[] =>
  epochs.map(({ evaluation }) => evaluation!.metrics.selection!.value!);

suite("a run's selectBy", () => {
  test("chooses the epoch of the best average precision, of equal ones the later", async () => {
    const run = await tinyRun(restless({ selectBy: "average-precision" }), { runsDir: folderInMemory() });
    const precisions = selectionsOf(run);
    const chosen = precisions.lastIndexOf(Math.max(...precisions));
    expect(run.summary!.best).toMatchObject({
      ...{ epoch: chosen, metric: "average-precision", score: precisions[chosen] },
    });
    expect(run.summary!.test!.selection).toMatchObject({ by: "average-precision" });
  });

  test("keeps the epoch of the lowest log loss, and ends once it no longer falls", async () => {
    const recipe = restless({ selectBy: "log-loss", patience: 2 });
    const run = await tinyRun(recipe, { runsDir: folderInMemory() });
    const losses = selectionsOf(run);
    const lowest = losses.lastIndexOf(Math.min(...losses));
    expect(run.summary!.best).toMatchObject({ epoch: lowest, metric: "log-loss", score: losses[lowest] });
    expect(losses.length).toBe(losses.indexOf(losses[lowest]!) + 1 + 2); // of equal ones the first is no worse
  });

  test("leaves the recipe and the epochs of the default as they were", async () => {
    const recipe = restless({ selectBy: "balanced-accuracy", epochs: 1 });
    expect(recipe).not.toHaveProperty("selectBy");
    const run = await tinyRun(recipe, { runsDir: folderInMemory() });
    expect(run.epochs[0]!.evaluation!.metrics).not.toHaveProperty("selection");
  });

  test("is refused where it is of two classes and the data has more", async () => {
    const recipe = restless({ selectBy: "recall-at-precision=0.9" });
    await expect(tinyRun(recipe, { runsDir: folderInMemory(), data: tinyData(recipe) })).rejects.toThrow(
      'recipe: expected selectBy to be a metric of 4 classes, got "recall-at-precision=0.9".',
    );
  });

  test("chooses among the candidates of a search", async () => {
    const runsDir = folderInMemory();
    const candidates = [0.05, 1].map((base) =>
      restless({ selectBy: "log-loss", epochs: 2, schedule: { base, warmupEpochs: 0, decays: [] } }),
    );
    const runs: TinyRun[] = [];
    for (const recipe of candidates) runs.push(await tinyRun(recipe, { runsDir }));
    const lowest = runs.map((run) => Math.min(...selectionsOf(run)));
    const best = lowest.indexOf(Math.min(...lowest));
    expect(chosenOf(candidates, runs)).toMatchObject({ score: lowest[best], run: runs[best]!.path });
  });
});

/** What an epoch measures on 1,000 examples of Gaussian classes, 1 in 20 of them rare, by its scores. */
function epochOf(scoreOfOne: (x: number) => number, selectBy: string): EvaluationRecord {
  const draw = random(1, "gaussians");
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - draw.uniform())) * Math.cos(2 * Math.PI * draw.uniform());
  const labels = Array.from({ length: 1000 }, (_, i) => (i % 20 === 0 ? 1 : 0));
  const scores = Float32Array.from(labels.flatMap((label) => [0, scoreOfOne(2 * label + normal())]));
  const selection = findSelection(selectBy);
  return {
    split: "validation",
    metrics: metricsOf({ scores, labels, classes: 2, trainCounts: [950, 50], selection }),
  };
}

suite("two metrics on a simulated problem", () => {
  // The log-odds: ranked as well as can be, but a rare class is hardly ever the more probable one.
  const calibrated = (x: number): number => 2 * x - 2 - Math.log(19);
  // The best threshold for balanced accuracy; what lies beyond it is not ranked.
  const decided = (x: number): number => (x > 1 ? 5 : -5);

  test("choose different epochs: average precision the ranked one, balanced accuracy the decided one", () => {
    const better = (metric: string, selectBy: string): boolean =>
      goodnessOf(epochOf(calibrated, selectBy), metric) > goodnessOf(epochOf(decided, selectBy), metric);
    expect(better("average-precision", "average-precision")).toBe(true);
    expect(better("log-loss", "log-loss")).toBe(true);
    expect(better("balancedAccuracy", "average-precision")).toBe(false);
  });
});

suite("goodnessOf", () => {
  const measured = (by: string, value: number | null) =>
    goodnessOf(
      {
        ...epochRecord.evaluation!,
        metrics: { ...epochRecord.evaluation!.metrics, selection: { by, value } },
      },
      by,
    );

  test("is more where a loss is lower, and least where there is no value", () => {
    expect(measured("log-loss", 0.1)).toBeGreaterThan(measured("log-loss", 0.2));
    expect(measured("average-precision", 0.2)).toBeGreaterThan(measured("average-precision", 0.1));
    expect(measured("average-precision", null)).toBe(-Infinity);
  });
});

suite("choosingMetric of a selectBy", () => {
  const chosen = (selectBy: string, validationCounts: number[]) =>
    choosingMetric({ protocol: "honest", selectBy }, { validationSize: 1, validationCounts });

  test("is nothing where one example decides more than a twentieth of it", () => {
    expect(chosen("average-precision", [900, 20])).toBe("average-precision");
    expect(chosen("average-precision", [900, 19])).toBeNull();
    expect(chosen("macro-f1", [900, 10])).toBe("macro-f1");
    expect(chosen("worst-class", [20, 20, 19])).toBeNull();
    expect(chosen("recall-at-precision=0.9", [900, 19])).toBeNull();
  });

  test("is log loss with few examples of a class, but not with none", () => {
    expect(chosen("log-loss", [900, 1])).toBe("log-loss");
    expect(chosen("log-loss", [900, 0])).toBeNull();
  });

  test("names metrics that there are", () => {
    expect(findSelection(chosen("log-loss", [900, 1])!)).toBeDefined();
  });
});
