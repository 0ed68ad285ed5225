import { setThreads } from "@leeway/torch";
import { beforeAll, describe as suite, expect, test } from "vitest";
import type { EpochRecord } from "../../src/records/index.ts";
import type { RecipeOptions } from "../../src/recipe/index.ts";
import { epochsWithoutGain } from "../../src/runs/patience.ts";
import {
  forkRun,
  resumeRun,
  type ResumeEvent,
  type RunEvent,
  runRecipe,
  sharedStage,
} from "../../src/runs/index.ts";
import { readRun } from "../../src/storage/index.ts";
import { epoch as epochRecord } from "../records/examples.ts";
import { folderInMemory } from "../storage/temporary-folder.ts";
import { abandoned, leftBy } from "./stopped-run.ts";
import { colouredImages, tinyData, tinyRecipe, tinyRun } from "./tiny-run.ts";

beforeAll(() => {
  setThreads(1);
});

/** Epochs with these scores on the validation split; null for one that was not measured. */
const scored = (scores: readonly (number | null)[]): EpochRecord[] =>
  scores.map((score, epoch) => ({
    ...epochRecord,
    epoch,
    evaluation:
      score === null
        ? null
        : { split: "validation", metrics: { ...epochRecord.evaluation!.metrics, balancedAccuracy: score } },
  }));

const without = (scores: readonly (number | null)[], fromEpoch = 0): number =>
  epochsWithoutGain(scored(scores), { metric: "balancedAccuracy", fromEpoch });

suite("epochsWithoutGain", () => {
  test("counts the epochs since the best", () => {
    expect(without([])).toBe(0);
    expect(without([0.5])).toBe(0);
    expect(without([0.5, 0.6])).toBe(0);
    expect(without([0.6, 0.5, 0.4])).toBe(2);
    expect(without([0.6, 0.5, 0.7, 0.65])).toBe(1);
  });

  test("takes an epoch as good as the best for no better", () => {
    expect(without([0.5, 0.5, 0.5])).toBe(2);
  });

  test("begins anew with the last stage, whatever was reached before it", () => {
    expect(without([0.9, 0.8, 0.7], 3)).toBe(0);
    expect(without([0.9, 0.8, 0.5, 0.6], 2)).toBe(0);
    expect(without([0.9, 0.8, 0.6, 0.5], 2)).toBe(1);
  });

  test("leaves out epochs that were not measured, as those that a fork shares", () => {
    expect(without([null, null, 0.5])).toBe(0);
  });
});

/** Twelve epochs of which few are better than those before: the rate is far too high. */
const whole = {
  method: "erm",
  epochs: 12,
  schedule: { base: 1, warmupEpochs: 0, decays: [] },
} as const;
const restless = (options: RecipeOptions = {}) => tinyRecipe({ ...whole, patience: 2, ...options });

suite("a run with patience", () => {
  test("ends once so many epochs have not been better, and is finished", async () => {
    const recipe = restless();
    const run = await tinyRun(recipe, { runsDir: folderInMemory() });
    const { epochs, summary, events } = run;
    expect(summary).toMatchObject({ status: "finished", endedEarly: true, epochs: epochs.length });
    expect(summary!.test).not.toBeNull();
    expect(epochs.length).toBeLessThan(12);
    const scores = epochs.map(({ evaluation }) => evaluation!.metrics.balancedAccuracy!);
    expect(scores.length - 1 - scores.indexOf(Math.max(...scores))).toBe(2);
    expect(events.find(({ kind }) => kind === "ended-early")).toEqual({
      ...{ kind: "ended-early", epochs: epochs.length, patience: 2 },
    });
  });

  test("has the epochs of one without, up to its end", async () => {
    const [run, all] = [
      await tinyRun(restless(), { runsDir: folderInMemory() }),
      await tinyRun(tinyRecipe(whole), { runsDir: folderInMemory() }),
    ];
    const metricsOf = (epochs: readonly EpochRecord[]) => epochs.map(({ evaluation }) => evaluation);
    expect(metricsOf(run.epochs)).toEqual(metricsOf(all.epochs.slice(0, run.epochs.length)));
    expect(all.summary).not.toHaveProperty("endedEarly");
  });

  test("leaves the same bits where it is killed at every step and resumed", async () => {
    const recipe = restless();
    const data = tinyData(recipe);
    const options = { data, checkpoints: { steps: 1, share: 1 } };
    const uninterrupted = await tinyRun(recipe, { runsDir: folderInMemory(), data });
    const atSaved = (event: RunEvent | ResumeEvent): boolean => event.kind === "saved";
    const folder = await abandoned(runRecipe(recipe, { runsDir: folderInMemory(), ...options }), atSaved);
    for (let stops = 1; readRun(folder).summary === null; stops++) {
      expect(stops).toBeLessThan(100);
      await abandoned(resumeRun(folder, options), atSaved);
    }
    expect(leftBy(folder)).toEqual(leftBy(uninterrupted.path));
  });

  test("is finished by resuming where it was killed between its last epoch and its end", async () => {
    const recipe = restless();
    const data = tinyData(recipe);
    const uninterrupted = await tinyRun(recipe, { runsDir: folderInMemory(), data });
    const abort = new AbortController();
    const events = runRecipe(recipe, { runsDir: folderInMemory(), data, signal: abort.signal });
    const folder = await abandoned(events, (event) => {
      if (event.kind === "ended-early") abort.abort(); // Ctrl-C before the test set is read
      return event.kind === "end";
    });
    expect(readRun(folder).summary).toMatchObject({ status: "interrupted" });
    expect(readRun(folder).summary).not.toHaveProperty("endedEarly");
    const trained: string[] = [];
    for await (const { kind } of resumeRun(folder, { data })) trained.push(kind);
    expect(trained).toEqual(["resuming", "begin", "end"]);
    expect(leftBy(folder)).toEqual(leftBy(uninterrupted.path));
  });

  test("comes to a deferred stage, and ends only in it", async () => {
    const recipe = restless({ method: "erm-drw", methodOptions: { deferAt: { epoch: 8 } } });
    const { epochs, summary } = await tinyRun(recipe, { runsDir: folderInMemory() });
    expect(epochs.length).toBeGreaterThan(8 + 2);
    expect(epochs.at(-1)?.stage).toBe(1);
    expect(summary?.status).toBe("finished");
  });

  test("warns, and trains all epochs, where the validation split has too few examples to choose by", async () => {
    const recipe = restless({ epochs: 4, patience: 1 });
    const validation = colouredImages("validation", [5, 5, 5, 1]);
    const data = { ...tinyData(recipe), validation };
    const { epochs, events, summary } = await tinyRun(recipe, { runsDir: folderInMemory(), data });
    expect(epochs).toHaveLength(4);
    expect(summary).not.toHaveProperty("endedEarly");
    expect(events[0]).toMatchObject({
      warnings: expect.arrayContaining([expect.stringMatching(/^Patience: .* all epochs are trained/)]) as [],
    });
  });
});

suite("patience and forks", () => {
  const schedule = { base: 0.05, warmupEpochs: 0, decays: [{ fromEpoch: 2, factor: 0.1 }] };
  const patient = (method: string) => tinyRecipe({ method, epochs: 4, schedule, patience: 3 });

  test("a method with one stage shares no first stage, as its patience may end it there", () => {
    expect(sharedStage(patient("erm"))).toBeNull();
    expect(sharedStage(patient("erm-drw"))).not.toBeNull();
    expect(sharedStage(tinyRecipe({ method: "erm", epochs: 4, schedule }))).not.toBeNull();
  });

  test("a fork that might have ended before its first epoch is refused", async () => {
    const trunk = await tinyRun(patient("erm-drw"), { runsDir: folderInMemory() });
    const data = tinyData(trunk.record.recipe);
    const fork = (name: string) =>
      abandoned(forkRun(trunk.path, { name }, { runsDir: folderInMemory(), data }));
    await expect(fork("erm")).rejects.toThrow(
      "fork: expected a method with a stage of its own from epoch 2 on, since the run has a patience, got erm, which might have ended before. Train it from the start.",
    );
    expect(readRun(await fork("erm-drs")).summary?.status).toBe("finished");
  });
});
