import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { memory, setThreads } from "@leeway/torch";
import { parse } from "yaml";
import { beforeAll, describe as suite, expect, test } from "vitest";
import type { Dataset } from "../../src/data/index.ts";
import { type RunEvent, runRecipe } from "../../src/runs/index.ts";
import { temporaryFolder } from "../storage/temporary-folder.ts";
import { colouredImages, tinyData, tinyRecipe, tinyRun } from "./tiny-run.ts";

beforeAll(() => {
  setThreads(1); // tiny tensors: a second thread would only be waited for
});

suite("runRecipe", () => {
  test("leaves a folder with the record, a line an epoch, the summary and the weights", async () => {
    const recipe = tinyRecipe();
    const run = await tinyRun(recipe, {
      runsDir: temporaryFolder(),
      name: "tiny",
      command: ["leeway", "train"],
    });
    expect(readdirSync(run.path).toSorted()).toEqual([
      "config.yaml",
      "first-stage.safetensors",
      "metrics.jsonl",
      "model.safetensors",
      "run.json",
      "scores.safetensors",
      "summary.json",
    ]);
    expect(parse(readFileSync(join(run.path, "config.yaml"), "utf8"))).toEqual(recipe);
    expect(run.record).toMatchObject({ id: "tiny", command: ["leeway", "train"], recipe });
    expect(run.record.data).toMatchObject({
      trainCounts: [20, 12, 6, 4],
      trainSize: 42,
      validationSize: 20,
      testSize: 24,
      classNames: ["red", "green", "blue", "white"],
    });
    expect(run.epochs.map(({ epoch, stage }) => [epoch, stage])).toEqual([
      [0, 0],
      [1, 0],
      [2, 1], // round(0.8 · 3) = 2: the deferral
    ]);
    expect(run.summary).toMatchObject({ status: "finished", epochs: 3 });
    expect(run.weights["conv1.weight"]).toHaveLength(16 * 3 * 3 * 3);
  });
  test("begins, trains, evaluates and ends, in this order", async () => {
    const { events } = await tinyRun(tinyRecipe({ epochs: 1 }), { runsDir: temporaryFolder() });
    const kinds = ["begin", "progress", "progress", "progress", "evaluating", "epoch", "saved", "end"];
    expect(events.map(({ kind }) => kind)).toEqual(kinds);
  });
  test("writes the record before the first step, and an epoch before its event", async () => {
    const written: boolean[] = [];
    let folder = "";
    const onEvent = (event: RunEvent): void => {
      if (event.kind === "begin") ({ folder } = event);
      if (event.kind === "begin") written.push(existsSync(join(folder, "run.json")));
      if (event.kind === "epoch") written.push(existsSync(join(folder, "metrics.jsonl")));
    };
    await tinyRun(tinyRecipe({ epochs: 1 }), { runsDir: temporaryFolder(), onEvent });
    expect(written).toEqual([true, true]);
  });
  test("learns what can be learned", async () => {
    const recipe = tinyRecipe({ epochs: 12, protocol: "paper", method: "erm" });
    const { epochs, summary } = await tinyRun(recipe, { runsDir: temporaryFolder() });
    // Chance is 1/4, the largest class alone 1/4 of the balanced test set.
    expect(summary?.test?.balancedAccuracy).toBeGreaterThan(0.9);
    expect(epochs.at(-1)!.train.loss).toBeLessThan(epochs[0]!.train.loss / 3);
  });
});

suite("the chosen epoch", () => {
  const accuracies = (
    run: Awaited<ReturnType<typeof tinyRun>>,
    of: "topOne" | "balancedAccuracy",
  ): number[] => run.epochs.map(({ evaluation }) => evaluation!.metrics[of]!);
  /** The last of the greatest. */
  const best = (values: readonly number[]): number => values.lastIndexOf(Math.max(...values));

  test("is the best on the test set with the paper's protocol", async () => {
    const run = await tinyRun(tinyRecipe({ epochs: 5, protocol: "paper" }), { runsDir: temporaryFolder() });
    const topOne = accuracies(run, "topOne");
    expect(run.summary).toMatchObject({
      selectedBy: "test",
      best: { epoch: best(topOne), topOne: Math.max(...topOne) },
    });
    expect(run.summary?.test?.topOne).toBe(Math.max(...topOne));
    expect(new Set(topOne).size).toBeGreaterThan(1); // else any epoch would do
  });
  test("is the best on the validation split with the honest one", async () => {
    const run = await tinyRun(tinyRecipe({ epochs: 5 }), { runsDir: temporaryFolder() });
    const balanced = accuracies(run, "balancedAccuracy");
    expect(run.summary).toMatchObject({
      selectedBy: "validation",
      best: { epoch: best(balanced), metric: "balancedAccuracy", score: Math.max(...balanced) },
    });
    expect(run.epochs.map(({ evaluation }) => evaluation?.split)).toEqual(Array(5).fill("validation"));
    expect(new Set(balanced).size).toBeGreaterThan(1);
  });
  test("is the last where nothing chooses", async () => {
    const run = await tinyRun(tinyRecipe({ validationFraction: 0 }), { runsDir: temporaryFolder() });
    expect(run.summary).toMatchObject({ selectedBy: "last", best: null, status: "finished" });
    expect(run.epochs.map(({ evaluation }) => evaluation)).toEqual([null, null, null]);
    expect(run.summary?.test).not.toBeNull();
  });
  test("is the last where the validation split has too few of a class to choose by", async () => {
    const recipe = tinyRecipe({ epochs: 5 });
    const data = { ...tinyData(recipe), validation: colouredImages("validation", [8, 8, 8, 1]) };
    const run = await tinyRun(recipe, { runsDir: temporaryFolder(), data });
    expect(run.record.data.validationCounts).toEqual([8, 8, 8, 1]);
    expect(run.summary).toMatchObject({ selectedBy: "last", best: null, status: "finished" });
    const last = await tinyRun(tinyRecipe({ epochs: 5, validationFraction: 0 }), {
      runsDir: temporaryFolder(),
    });
    expect(run.weights).toEqual(last.weights);
  });
  test("gives the weights that are kept", async () => {
    const recipe = tinyRecipe({ epochs: 5, protocol: "paper" });
    const { summary, weights } = await tinyRun(recipe, { runsDir: temporaryFolder() });
    // Training is the same up to any epoch, so a run that ends with the chosen one ends with its weights.
    const until = await tinyRun(
      tinyRecipe({ epochs: summary!.best!.epoch + 1, validationFraction: 0, methodOptions: { deferAt: 1 } }),
      { runsDir: temporaryFolder() },
    );
    expect(summary!.best!.epoch).toBeLessThan(4);
    expect(weights).toEqual(until.weights);
  });
  test("is known before the honest protocol reads the test set, once", async () => {
    const recipe = tinyRecipe();
    const data = tinyData(recipe);
    const readAfter: number[] = [];
    let epochs = 0;
    const test: Dataset = {
      ...data.test,
      batches: (order, options) => {
        readAfter.push(epochs);
        return data.test.batches(order, options);
      },
    };
    const onEvent = (event: RunEvent): void => {
      if (event.kind === "epoch") epochs++;
    };
    await tinyRun(recipe, { runsDir: temporaryFolder(), data: { ...data, test }, onEvent });
    expect(readAfter).toEqual([3]);
  });
});

suite("runs that share their data", () => {
  test("read it once to tell it from other data", async () => {
    const recipe = tinyRecipe({ epochs: 1 });
    const data = tinyData(recipe);
    let reads = 0;
    const train: Dataset = {
      ...data.train,
      batches: (order, options) => {
        if (options.vary === undefined && options.batchSize === 256) reads++; // the hash's; others measure the network
        return data.train.batches(order, options);
      },
    };
    const shared = { ...data, train };
    const runs = [1, 2].map(() => tinyRun(recipe, { runsDir: temporaryFolder(), data: shared }));
    const [one, other] = await Promise.all(runs);
    expect(one!.record.data.contents).toBe(other!.record.data.contents);
    expect(reads).toBe(1);
  });
});

suite("a run that is stopped", () => {
  /** Stops at the first event for which `when` is true. */
  async function stopped(when: (event: RunEvent) => boolean, options = {}): ReturnType<typeof tinyRun> {
    const stop = new AbortController();
    const onEvent = (event: RunEvent): void => {
      if (when(event)) stop.abort();
    };
    return tinyRun(tinyRecipe(options), { runsDir: temporaryFolder(), signal: stop.signal, onEvent });
  }
  const interrupted = (epochs: number): object => ({ status: "interrupted", epochs, test: null });

  test("before the first step has no epoch", async () => {
    const { epochs, summary, events } = await stopped(({ kind }) => kind === "begin");
    expect(epochs).toEqual([]);
    expect(summary).toMatchObject({ ...interrupted(0), best: null, selectedBy: "last", imagesPerSecond: 0 });
    expect(events.map(({ kind }) => kind)).toEqual(["begin", "end"]);
  });
  test("in the middle of an epoch keeps the epochs before it", async () => {
    const { epochs, summary } = await stopped((event) => event.kind === "progress" && event.epoch === 1);
    expect(epochs).toHaveLength(1);
    expect(summary).toMatchObject({ ...interrupted(1), best: { epoch: 0 }, selectedBy: "validation" });
  });
  test("during an epoch's evaluation does without that epoch", async () => {
    const { epochs, summary } = await stopped((event) => event.kind === "evaluating" && event.epoch === 1);
    expect(epochs).toHaveLength(1);
    expect(summary).toMatchObject(interrupted(1));
  });
  test("while the test set is read has all epochs and no test", async () => {
    const { epochs, summary } = await stopped((event) => event.kind === "epoch" && event.record.epoch === 2);
    expect(epochs).toHaveLength(3);
    expect(summary).toMatchObject({ ...interrupted(3), selectedBy: "validation" });
  });
  test("by a fault of its reader frees what it held", async () => {
    await tinyRun(tinyRecipe({ epochs: 1 }), { runsDir: temporaryFolder() }); // so that all operators are known
    const before = memory().tensors;
    for (const kind of ["begin", "progress", "evaluating", "epoch"]) {
      const recipe = tinyRecipe({ epochs: 1, methodOptions: { deferAt: 0 } });
      for await (const event of runRecipe(recipe, { data: tinyData(recipe), runsDir: temporaryFolder() })) {
        if (event.kind === kind) break;
      }
      expect({ kind, tensors: memory().tensors }).toEqual({ kind, tensors: before });
    }
  });
});

suite("the memory of a run", () => {
  test("is flat over its epochs and free at its end", async () => {
    const before = memory();
    const during: number[] = [];
    const onEvent = (event: RunEvent): void => {
      if (event.kind === "epoch") during.push(memory().bytes);
    };
    await tinyRun(tinyRecipe({ epochs: 6, protocol: "paper" }), { runsDir: temporaryFolder(), onEvent });
    expect(new Set(during.slice(1)).size).toBe(1); // after the first the best weights are held too
    expect(memory()).toEqual(before);
  });
  test("is free too where the folder cannot be made", async () => {
    const before = memory().tensors;
    const run = tinyRun(tinyRecipe(), { runsDir: temporaryFolder(), name: "../elsewhere" });
    await expect(run).rejects.toThrow("createRunFolder: expected name");
    expect(memory().tensors).toBe(before);
  });
});
