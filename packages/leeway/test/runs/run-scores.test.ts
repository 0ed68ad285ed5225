import { cpSync, existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memory, setThreads } from "@leeway/torch";
import { afterAll, beforeAll, describe as suite, expect, test } from "vitest";
import { exampleMargins } from "../../src/imbalance/index.ts";
import { calibratedProbabilities, metricsOf } from "../../src/metrics/index.ts";
import { methodOf } from "../../src/methods/index.ts";
import { loadRunData, maxScoresBytes, runRecipe, runScores, scoresFile } from "../../src/runs/index.ts";
import { openSession } from "../../src/runs/open-session.ts";
import { evaluateSplits, scoresBytes } from "../../src/runs/scores.ts";
import { sampleByClass } from "../../src/runs/train-margins.ts";
import { readRun } from "../../src/storage/index.ts";
import { endSession } from "../../src/training/index.ts";
import { temporaryFolder } from "../storage/temporary-folder.ts";
import { tables } from "./kinds.ts";
import { tinyData, tinyRecipe, tinyRun, type TinyRun } from "./tiny-run.ts";

const runsDir = mkdtempSync(join(tmpdir(), "leeway-scores-"));
// Its logits are read in a way of the method's own.
const recipe = tinyRecipe({ epochs: 1, method: "logit-adjustment-post-hoc", validationFraction: 0.1 });
const data = tinyData(recipe);
let run: TinyRun;

beforeAll(async () => {
  setThreads(1);
  run = await tinyRun(recipe, { runsDir, data });
});
afterAll(() => {
  rmSync(runsDir, { recursive: true, force: true });
});

function copyOfRun(): string {
  const folder = join(temporaryFolder(), "copy");
  cpSync(run.path, folder, { recursive: true });
  return folder;
}

suite("runScores", () => {
  test("gives the logits, labels and ids of both splits without their data", async () => {
    const before = memory().tensors;
    const scores = await runScores(run.path);
    expect(memory().tensors).toBe(before);
    expect(scores.validation!.labels).toEqual(data.validation!.labels);
    expect(scores.test.ids).toEqual(data.test.ids);
    expect(scores.test.logits).toHaveLength(24 * 4);
  });

  test("gives what the run's test metrics were measured by", async () => {
    const { logits, labels } = (await runScores(run.path)).test;
    const { scale } = methodOf(recipe.method, recipe.methodOptions);
    const calibration = run.summary!.calibration!;
    const probabilities = calibratedProbabilities(logits, calibration, { classes: 4, scale });
    const shape = { classes: 4, trainCounts: data.counts, withConfusion: true };
    expect(metricsOf({ scores: logits, labels, probabilities, ...shape })).toEqual(run.summary!.test);
  });

  test("evaluates the network to the same bits where no file is of its weights", async () => {
    const kept = await runScores(run.path);
    const older = copyOfRun();
    rmSync(join(older, scoresFile));
    expect(await runScores(older, { data })).toEqual(kept);
    const damaged = copyOfRun();
    writeFileSync(join(damaged, scoresFile), "not scores");
    expect(await runScores(damaged, { data })).toEqual(kept);
    const other = await tinyRun(tinyRecipe({ ...recipe, seed: 1 }), { runsDir, data });
    const swapped = copyOfRun();
    cpSync(join(other.path, scoresFile), join(swapped, scoresFile));
    expect(await runScores(swapped, { data })).toEqual(kept);
  });

  test("says what to do where neither scores nor data are there", async () => {
    const own = tables.recipe({ epochs: 1 });
    const options = { runsDir, name: "table", data: await loadRunData(own) };
    for await (const { kind } of runRecipe(own, options)) expect(kind).toBeTypeOf("string"); // to its end
    const folder = join(runsDir, "table");
    rmSync(join(folder, scoresFile));
    const [path = ""] = own.source!.paths;
    renameSync(path, `${path}.away`);
    const error = runScores(folder);
    await expect(error).rejects.toMatchObject({ code: "data" });
    await expect(error).rejects.toThrow(
      /expected scores.safetensors of its weights, or the data .* train the run again/,
    );
    renameSync(`${path}.away`, path);
    expect((await runScores(folder)).test.labels).toHaveLength(readRun(folder).record.data.testSize);
  });
});

suite("the margins of training examples", () => {
  test("are those of the logits that a method reads", async () => {
    const { margins, labels } = (await runScores(run.path)).train!;
    expect(labels).toEqual(data.train.labels);
    expect(margins.every(Number.isFinite)).toBe(true);
    // The test split is the training set without augmentation: the same network, the same margins.
    const same = await openSession(run.path, { data: { ...data, test: data.train } });
    const { test: read, train } = await evaluateSplits(same.session);
    endSession(same.session);
    expect([...train!.margins]).toEqual([...exampleMargins(read.logits, read.labels, 4)].map(Math.fround));
  });

  test("are of all rare examples and of as many of each frequent class, evenly apart", () => {
    const labels = Int32Array.from({ length: 113 }, (_, i) => (i < 100 ? 0 : i < 110 ? 1 : 2));
    const classNames = ["a", "b", "c"];
    const sampled = (max: number) => [...sampleByClass({ labels, classNames }, max)];
    expect(sampled(1000)).toEqual([...labels.keys()]);
    const some = sampled(23);
    expect(some).toHaveLength(23);
    expect(some.slice(0, 10)).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
    expect(some.slice(10)).toEqual([...labels.keys()].slice(100));
  });
});

suite("writeScores", () => {
  test("writes nothing for an interrupted run", async () => {
    const controller = new AbortController();
    const stopped = await tinyRun(tinyRecipe({ epochs: 3 }), {
      ...{ runsDir, data: tinyData(tinyRecipe()), signal: controller.signal },
      onEvent: ({ kind }) => {
        if (kind === "epoch") controller.abort(new Error("stopped"));
      },
    });
    expect(stopped.summary!.status).toBe("interrupted");
    expect(existsSync(join(stopped.path, scoresFile))).toBe(false);
  });

  test("keeps no scores that would take more than its bound", () => {
    const two = { validationSize: 0, classNames: ["a", "b"] };
    const most = Math.floor(maxScoresBytes / 20); // two logits, a label and an id of eight bytes
    expect(scoresBytes({ ...two, testSize: most })).toBe(20 * most);
    expect(scoresBytes({ ...two, testSize: most + 1 })).toBe(0);
  });
});
