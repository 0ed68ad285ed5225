import { mkdirSync, mkdtempSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memory, setThreads } from "@leeway/torch";
import sharp from "sharp";
import { afterAll, beforeAll, describe as suite, expect, test } from "vitest";
import { recipeFor } from "../../src/recipe/index.ts";
import { Predictor } from "../../src/probes/predict.ts";
import { readRun as loadRun } from "../../src/storage/index.ts";
import { measuredBy, openPredictor, type Prediction, predict, viewsOf } from "../../src/probes/index.ts";
import { loadRunData, runRecipe } from "../../src/runs/index.ts";
import { type KindOfRun, kindsOfRun, tables } from "../runs/kinds.ts";

const runsDir = mkdtempSync(join(tmpdir(), "leeway-predict-"));
const texts = kindsOfRun.find(({ kind }) => kind === "texts")!;
let [tableRun, textRun] = ["", ""];

async function trained({ kind, recipe, data }: KindOfRun): Promise<string> {
  const run = recipe();
  const options = { runsDir, name: kind, data: await data(run) };
  for await (const event of runRecipe(run, options)) if (event.kind === "end") return event.folder;
  throw new Error("a run ends");
}

beforeAll(async () => {
  setThreads(1);
  tableRun = await trained(tables);
  textRun = await trained(texts);
});
afterAll(() => {
  rmSync(runsDir, { recursive: true, force: true });
});

const rows = [
  { first: 1.5, second: 0.2, colour: "x" },
  { first: 0.4, second: 1.6, colour: "z" },
  { first: 0.3, second: 0.1, colour: "y" },
];
const sum = ({ probabilities }: Prediction): number => Object.values(probabilities).reduce((a, b) => a + b);

suite("Predictor.predict", () => {
  test("gives each row's class with the probabilities of all, in their order", async () => {
    const predictor = openPredictor(tableRun);
    const all = await predictor.predict(rows);
    expect(all).toHaveLength(3);
    for (const each of all) {
      expect(Object.keys(each.probabilities)).toEqual(["a", "b", "c"]);
      expect(sum(each)).toBeCloseTo(1, 5);
      expect(each.probabilities[each.class]).toBe(each.probability);
    }
    expect(await predictor.predict([])).toEqual([]);
    await predictor.close();
  });

  test("passes columns of a table on", async () => {
    const path = join(runsDir, "keep.csv");
    writeFileSync(path, 'first,id,second,colour,"a, b"\n1.5,007,0.2,x,\n0.4,8,1.6,z,q\n');
    const [first, second] = await predict(tableRun, { paths: [path] }, { keep: ["id", "a, b"] });
    expect([first!.kept, second!.kept]).toEqual([
      { id: "007", "a, b": null },
      { id: "8", "a, b": "q" },
    ]);
    expect(await predict(tableRun, rows.slice(0, 1), { keep: ["colour"] })).toMatchObject([
      { kept: { colour: "x" } },
    ]);
    expect((await predict(tableRun, rows.slice(0, 1)))[0]).not.toHaveProperty("kept");
  });

  test("estimates the frequencies of examples, and predicts with them as if they had been named", async () => {
    const stored = loadRun(tableRun);
    const calibration = {
      temperature: 2,
      offsets: [0, 0.5, -0.5],
      examples: 100,
      prior: "training",
    } as const;
    const predictor = new Predictor({ ...stored, summary: { ...stored.summary!, calibration } });
    const many = Array.from({ length: 60 }, (_, i) => ({
      first: 1.5 - (i % 7) / 5,
      second: 0.2,
      colour: "x",
    }));
    const { prior, intervals } = await predictor.estimatePrior(many);
    expect(prior.reduce((total, share) => total + share, 0)).toBeCloseTo(1, 6);
    intervals.forEach(([low, high]) => {
      expect(low).toBeLessThanOrEqual(high);
    });
    expect(await predictor.predict(many, { prior: "auto" })).toEqual(
      await predictor.predict(many, { prior }),
    );
    await expect(predictor.predict(rows, { prior: "auto" })).rejects.toThrow(
      'expected prior to be "auto" of at least 50 examples, got 3',
    );
    await predictor.close();
    await expect(openPredictor(tableRun).estimatePrior(many)).rejects.toThrow(
      "no calibration to estimate them by",
    );
  });

  test("answers a row alone, in company and in overlapping calls alike", async () => {
    const predictor = openPredictor(tableRun);
    const all = await predictor.predict(rows);
    const alone = await Promise.all(rows.map((row) => predictor.predict([row])));
    alone.flat().forEach((each, i) => {
      expect(each.class).toBe(all[i]!.class);
      expect(each.probability).toBeCloseTo(all[i]!.probability, 5);
    });
    expect(await predict(tableRun, rows)).toEqual(all);
    await predictor.close();
  });
  test("holds no more after many calls than after the first, and nothing once it is closed", async () => {
    const before = memory();
    const predictor = openPredictor(tableRun);
    await predictor.predict(rows);
    const once = memory();
    for (let i = 0; i < 5; i++) await predictor.predict(rows);
    expect(memory()).toEqual(once);
    await predictor.close();
    expect(memory()).toEqual(before);
  });
  test("decides as the method does, and with a prior for the most probable class", async () => {
    const predictor = openPredictor(tableRun);
    const mostProbable = ({ probabilities }: Prediction): string =>
      Object.entries(probabilities).sort(([, p], [, q]) => q - p)[0]![0];
    const training = await predictor.predict(rows, { prior: "training" });
    const plain = await predictor.predict(rows);
    expect(training.map((each) => each.class)).toEqual(training.map(mostProbable));
    expect(plain.map((each) => each.probabilities)).toEqual(training.map((each) => each.probabilities));
    await predictor.close();
  });
  test("has the run's own metrics on its test split", async () => {
    const predictor = openPredictor(tableRun);
    const { test: split } = await tables.data(tables.recipe());
    const predicted = await predictor.classify(split);
    const measured = measuredBy(
      Int32Array.from(split.labels),
      predicted,
      predictor.run.record.data.trainCounts,
    );
    expect(measured!.metrics).toEqual(predictor.run.summary!.test);
    await predictor.close();
  });
  test("weighs classes by a prior", async () => {
    const [plain] = await predict(tableRun, rows.slice(0, 1));
    const [tilted] = await predict(tableRun, rows.slice(0, 1), { prior: [0.001, 0.001, 0.998] });
    expect(tilted!.probabilities["c"]).toBeGreaterThan(plain!.probabilities["c"]!);
  });
  test("takes texts as they are, also those that look like a table", async () => {
    const predictor = openPredictor(textRun);
    const plain = ["some a aa", "more b bb", 'a "text", with commas\nand lines'];
    const all = await predictor.predict(plain);
    expect(all).toHaveLength(3);
    const asRows = await predictor.predict(plain.map((text) => ({ text })));
    expect(asRows).toEqual(all);
    expect(await predictor.predict(["text", "some a aa"])).toHaveLength(2);
    await predictor.close();
  });
  test("takes embeddings as arrays, and as rows of one vector", async () => {
    const path = join(runsDir, "vectors.jsonl");
    const vectors = Array.from({ length: 60 }, (_, i) => [i % 3 === 0 ? 1 : 0, i % 3 === 1 ? 1 : 0, i / 60]);
    const lines = vectors.map((v, i) => JSON.stringify({ v, class: ["a", "b", "c"][i % 3] }));
    writeFileSync(path, lines.join("\n"));
    const source = { kind: "embedding", paths: [path], label: "class" } as const;
    const recipe = recipeFor("own", { source, epochs: 2, batchSize: 16, method: "erm" });
    const folder = await trained({
      kind: "embeddings",
      recipe: () => recipe,
      data: () => loadRunData(recipe),
    });
    const predictor = openPredictor(folder);
    const three = vectors.slice(0, 3);
    const all = await predictor.predict(three);
    expect(all).toHaveLength(3);
    expect(await predictor.predict(three.map((each) => Float32Array.from(each)))).toEqual(all);
    expect(await predictor.predict(three.map((v) => ({ v })))).toEqual(all);
    expect(await predictor.predict({ paths: [path] })).toHaveLength(60);
    await expect(predictor.predict([[1, 2]])).rejects.toThrow("expected vectors of 3 numbers");
    await predictor.close();
  });
  test("names what loads an exported model", () => {
    const folder = join(runsDir, "exported");
    mkdirSync(folder);
    writeFileSync(join(folder, "model.json"), "{}");
    expect(() => openPredictor(folder)).toThrow(
      `${folder}: expected the folder of a run, got that of an exported model. Load it with loadModel`,
    );
  });
  test("shows a picture of an image in a folder", async () => {
    const photos = join(runsDir, "photos");
    for (let i = 0; i < 24; i++) {
      const place = join(photos, i % 2 === 0 ? "dark" : "light");
      mkdirSync(place, { recursive: true });
      const background = i % 2 === 0 ? "#223" : "#dde";
      const create = { width: 16, height: 16, channels: 3, background } as const;
      await sharp({ create })
        .png()
        .toFile(join(place, `${i}.png`));
    }
    const source = { kind: "image", paths: [photos], options: { size: 16 } } as const;
    const recipe = recipeFor("photos", { source, model: "resnet8", epochs: 1, batchSize: 8 });
    const data = await loadRunData(recipe, { cacheDir: join(runsDir, "cache") });
    let folder = "";
    for await (const event of runRecipe(recipe, { runsDir, name: "photos-run", data }))
      if (event.kind === "end") folder = event.folder;
    const views = await viewsOf(folder, [{ split: "test", id: 0 }], { cacheDir: join(runsDir, "cache") });
    const [view] = views;
    expect(view).toMatchObject({ kind: "image", picture: expect.stringMatching(/^data:image\//) as string });
  });
  test("names what a row lacks", async () => {
    await expect(predict(tableRun, [{ first: 1 }])).rejects.toThrow(/expected the columns/);
  });
  test("goes on after the weights' file is gone, once it is loaded", async () => {
    const folder = await trained({ ...tables, kind: "gone" });
    const predictor = openPredictor(folder);
    const first = await predictor.predict(rows);
    unlinkSync(join(folder, "model.safetensors"));
    expect(await predictor.predict(rows)).toEqual(first);
    await predictor.close();
    await expect(predictor.predict(rows)).rejects.toThrow("expected the network of a run that has ended");
  });
});
