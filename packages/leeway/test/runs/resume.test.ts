import { cpSync, existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { memory, setThreads } from "@leeway/torch";
import { beforeAll, describe as suite, expect, test } from "vitest";
import { imageDataset } from "../../src/data/index.ts";
import type { ImageDataset } from "../../src/data/images/image-dataset.ts";
import type { Recipe, RecipeOptions } from "../../src/recipe/index.ts";
import { lockRun, newestCheckpoint, readRun, writeCheckpoint } from "../../src/storage/index.ts";
import { type ResumeEvent, resumeRun, type RunEvent, runRecipe } from "../../src/runs/index.ts";
import { folderInMemory } from "../storage/temporary-folder.ts";
import { type KindOfRun, kindsOfRun } from "./kinds.ts";
import { abandoned, leftBy, resumed, wholeRun } from "./stopped-run.ts";
import { tinyData, tinyRecipe } from "./tiny-run.ts";

beforeAll(() => {
  setThreads(1); // tiny tensors: a second thread would only be waited for
});

const everyStep = { steps: 1, share: 1 };

/** The folder of a run that is left by its process after each step, and after each epoch, and resumed. */
async function stoppedAtEveryStep(recipe: Recipe, { data: read }: KindOfRun): Promise<string> {
  const data = await read(recipe);
  const options = { data, checkpoints: everyStep };
  const atSaved = (event: RunEvent | ResumeEvent): boolean => event.kind === "saved";
  const folder = await abandoned(runRecipe(recipe, { runsDir: folderInMemory(), ...options }), atSaved);
  for (let stops = 1; readRun(folder).summary === null; stops++) {
    if (stops > 100) throw new Error("a resumed run does not come to its end");
    await abandoned(resumeRun(folder, options), atSaved);
  }
  return folder;
}

suite("a run that is stopped at every step and epoch edge, and resumed", () => {
  const settings: readonly RecipeOptions[] = [
    { precision: "fp32" },
    { precision: "bf16", method: "mixup-drw", optimizer: "adam" },
    { method: "crt", protocol: "paper" },
    { method: "ldam-drw-sam", validationFraction: 0, averageDecay: 0.9 },
    { method: "lws", averageDecay: 0.9, augment: "autoaugment", cosine: true, nesterov: true },
    { method: "balanced-softmax", methodOptions: { cmo: 1, labelSmoothing: 0.1 } },
    { method: "proco", methodOptions: { cutout: 4 }, augment: "autoaugment", averageDecay: 0.9 },
    { method: "bcl", optimizer: "adam" },
    { method: "erm-drs", weightPower: 0.5, classWeight: { white: 4 }, minPerBatch: { white: 2, blue: 3 } },
  ];
  for (const kind of kindsOfRun) {
    // Stages and regularisers are the same for every kind: images, whose steps are quick, stand for all.
    for (const options of kind.kind === "images" ? settings : settings.slice(0, 2)) {
      test(`leaves the bits of one that never stopped: ${kind.kind}, ${Object.values(options).join(", ")}`, async () => {
        const recipe = kind.recipe(options);
        const whole = await wholeRun(recipe, { runsDir: folderInMemory(), data: await kind.data(recipe) });
        const folder = await stoppedAtEveryStep(recipe, kind);
        expect(leftBy(folder)).toEqual(leftBy(whole));
        expect(readRun(folder).record.resumed!.length).toBeGreaterThanOrEqual(11); // at 9 steps and 3 epochs at least
      });
    }
  }
});

test("a run of weighted rows that is stopped at every step leaves the bits of one that never stopped", async () => {
  const rowWeights = Float32Array.from({ length: 42 }, (_, i) => 0.5 + (i % 3) / 2);
  const weighted: KindOfRun = {
    kind: "weighted images",
    recipe: tinyRecipe,
    data: (recipe) => ({ ...tinyData(recipe), rowWeights }),
  };
  const recipe = tinyRecipe({ method: "mixup-drw", minPerBatch: { white: 2 }, classWeight: { white: 3 } });
  const whole = await wholeRun(recipe, { runsDir: folderInMemory(), data: await weighted.data(recipe) });
  const folder = await stoppedAtEveryStep(recipe, weighted);
  expect(leftBy(folder)).toEqual(leftBy(whole));
});

/** A run of {@link tinyRecipe} that its process left after the given step. */
async function leftAfter(step: number, recipe = tinyRecipe()): Promise<string> {
  const options = { runsDir: folderInMemory(), data: tinyData(recipe), checkpoints: everyStep };
  return abandoned(
    runRecipe(recipe, options),
    (event) => event.kind === "saved" && event.position.step === step,
  );
}

suite("resumeRun", () => {
  const data = tinyData(tinyRecipe());
  let left: unknown;
  /** What a run that is never stopped leaves. */
  const whole = async (): Promise<unknown> =>
    (left ??= leftBy(await wholeRun(tinyRecipe(), { runsDir: folderInMemory(), data })));

  test("goes on at the very step, and leaves no checkpoint behind at the end", async () => {
    const folder = await leftAfter(4);
    const [first, begin] = await resumed(folder, { data });
    expect(first).toMatchObject({
      kind: "resuming",
      position: { epoch: 1, batch: 1, step: 4 },
      damaged: [],
      changes: [],
    });
    expect(begin).toMatchObject({ kind: "begin", folder });
    expect(readdirSync(folder).toSorted()).toEqual([
      "config.yaml",
      "first-stage.safetensors",
      "metrics.jsonl",
      "model.safetensors",
      "run.json",
      "scores.safetensors",
      "summary.json",
    ]);
    expect(leftBy(folder)).toEqual(await whole());
  });
  test("replaces the summary and the network of an interrupted run", async () => {
    for (const when of ["progress", "evaluating", "epoch"] as const) {
      const stop = new AbortController();
      const folder = await abandoned(
        runRecipe(tinyRecipe(), { runsDir: folderInMemory(), data, signal: stop.signal }),
        (event) => {
          if (event.kind === when && (event.kind !== "progress" || event.position.step === 5)) stop.abort();
          return false;
        },
      );
      expect(readRun(folder).summary).toMatchObject({ status: "interrupted" });
      await resumed(folder, { data });
      expect(leftBy(folder)).toEqual(await whole());
    }
  });
  test("forgets the lines of epochs after its checkpoint, a torn one too", async () => {
    const folder = await leftAfter(4);
    const line = readFileSync(join(folder, "metrics.jsonl"), "utf8");
    writeFileSync(
      join(folder, "metrics.jsonl"),
      `${line}${line.replace('"epoch":0', '"epoch":1')}{"epoch":2,"lea`,
    );
    await resumed(folder, { data });
    expect(leftBy(folder)).toEqual(await whole());
  });
  test("takes the checkpoint before a damaged one, and names the damaged one", async () => {
    const folder = await leftAfter(4);
    truncateSync(join(folder, "checkpoints", "000006", "state.json"), 10);
    const [first] = await resumed(folder, { data });
    expect(first).toMatchObject({
      position: { step: 3 },
      damaged: [{ name: "000006", fault: expect.stringMatching(/^state.json is cut off: 10 of/) as unknown }],
    });
    expect(leftBy(folder)).toEqual(await whole());
  });
  test("leaves a finished run alone", async () => {
    const folder = await wholeRun(tinyRecipe(), { runsDir: folderInMemory(), data });
    const record = readFileSync(join(folder, "run.json"), "utf8");
    cpSync(join(await leftAfter(1), "checkpoints"), join(folder, "checkpoints"), { recursive: true });
    const events = await resumed(folder, { data });
    expect(events.map(({ kind }) => kind)).toEqual(["end"]);
    expect(existsSync(join(folder, "checkpoints"))).toBe(false); // left where it was killed at its very end
    expect(readFileSync(join(folder, "run.json"), "utf8")).toBe(record);
  });
  test("refuses a run that another process is at", async () => {
    const folder = await leftAfter(1);
    const release = lockRun(folder);
    await expect(resumed(folder, { data })).rejects.toThrow(
      `expected a run that nobody works on, got one held by process ${process.pid}`,
    );
    release();
  });
  test("frees what it held", async () => {
    const folder = await leftAfter(2);
    const before = memory().tensors;
    await resumed(folder, { data });
    expect(memory().tensors).toBe(before);
  });
});

suite("a changed setting", () => {
  const data = tinyData(tinyRecipe());
  const edit = (
    folder: string,
    change: (record: { recipe: Recipe; environment: object }) => object,
  ): void => {
    const file = join(folder, "run.json");
    const record = JSON.parse(readFileSync(file, "utf8")) as { recipe: Recipe; environment: object };
    writeFileSync(file, JSON.stringify({ ...record, ...change(record) }));
  };

  test("of the recipe is refused with the difference, also where changes are allowed", async () => {
    const folder = await leftAfter(1);
    edit(folder, ({ recipe }) => ({
      recipe: { ...recipe, batchSize: 8, schedule: { ...recipe.schedule, base: 1 } },
    }));
    await expect(resumed(folder, { data, allowChange: true })).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining(
        "got recipe.batchSize: 16 → 8; recipe.schedule.base: 0.05 → 1.",
      ) as unknown,
    });
  });
  test("of the data is refused: one pixel, one label", async () => {
    const folder = await leftAfter(1);
    const train = data.train as ImageDataset;
    const pixels = train.pixels.slice();
    pixels[77] = pixels[77]! ^ 1;
    const labels = train.labels.slice();
    labels[5] = 3;
    for (const changed of [{ pixels }, { labels }]) {
      const other = { ...data, train: imageDataset({ ...train, ...changed }) };
      await expect(resumed(folder, { data: other, allowChange: true })).rejects.toThrow(
        /got data: \w+\/\w+ → /,
      );
    }
  });
  test("of the machine is refused, or allowed and recorded", async () => {
    const folder = await leftAfter(1);
    const { files } = newestCheckpoint(folder).checkpoint;
    const state = Buffer.from(files["state.json"]!)
      .toString()
      .replace(/"libtorch":"[^"]+"/, '"libtorch":"0.1"');
    writeCheckpoint(folder, { ...files, "state.json": Buffer.from(state) });
    await expect(resumed(folder, { data })).rejects.toThrow(
      /got libtorch: "0.1" → "\d.*". The last bits .* --allow-change/,
    );
    const [first] = await resumed(folder, { data, allowChange: true });
    const changes = [expect.stringMatching(/^libtorch: "0.1" → /) as unknown];
    expect(first).toMatchObject({ changes });
    expect(readRun(folder).record.resumed).toMatchObject([{ step: 1, changes }]);
    expect(readRun(folder).summary).toMatchObject({ status: "finished" });
  });
});
