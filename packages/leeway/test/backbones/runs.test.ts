import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import sharp from "sharp";
import { afterAll, beforeAll, describe as suite, expect, test } from "vitest";
import { dataFacts } from "../../src/data/index.ts";
import { load } from "../../src/exported/index.ts";
import { exportModel } from "../../src/exporting/index.ts";
import type { Prediction } from "../../src/inference/index.ts";
import { openPredictor, predict, viewsOf } from "../../src/probes/index.ts";
import { loadRunData, recipeForData, runRecipe } from "../../src/runs/index.ts";
import { openServed } from "../../src/serving/index.ts";
import { answerOfReadme, pythonOfReadmes } from "../exporting/readme-python.ts";
import { ask, post, serving } from "../serving/services.ts";
import { classifierPath, classifierPreprocessor } from "./small-encoder.ts";

const folder = mkdtempSync(join(tmpdir(), "leeway-test-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const photos = join(folder, "photos");
const run = join(folder, "runs", "photos");
let model: string;
const files = Array.from({ length: 10 }, (_, i) => join(photos, i % 2 === 0 ? "dark" : "light", `${i}.png`));

beforeAll(async () => {
  for (let i = 0; i < 60; i++) {
    const place = join(photos, i % 2 === 0 ? "dark" : "light");
    mkdirSync(place, { recursive: true });
    const raw = { width: 40 + i, height: 36, channels: 3 } as const;
    const pixels = Uint8Array.from(
      { length: raw.width * 108 },
      (_, at) => (i % 2 === 0 ? 20 : 160) + ((at * (i + 3)) % 90),
    );
    await sharp(pixels, { raw })
      .png()
      .toFile(join(place, `${i}.png`));
  }
  const backbone = { path: classifierPath, preprocessor: classifierPreprocessor };
  const recipe = await recipeForData(photos, { backbone, epochs: 2 });
  const data = await loadRunData(recipe, { cacheDir: join(folder, "cache") });
  const events = runRecipe(recipe, { data, runsDir: join(folder, "runs"), name: "photos" });
  while ((await events.next()).done !== true) continue;
  model = (await exportModel(run)).path;
});

const near = ({ class: name, probability }: Prediction): Prediction =>
  expect.objectContaining({
    class: name,
    probability: expect.closeTo(probability, 4) as number,
  }) as Prediction;

suite("dataFacts through a backbone", () => {
  test("counts classes, says the size of vectors, and finds copies in files of other bytes", async () => {
    const place = join(folder, "copied");
    cpSync(photos, place, { recursive: true });
    await sharp(files[0])
      .webp({ lossless: true })
      .toFile(join(place, "light", "copy.webp"));
    const data = {
      ...{ dataset: "copied", source: { kind: "image", paths: [place] } as const },
      backbone: { path: classifierPath, preprocessor: classifierPreprocessor },
    };
    const { kind, trainCounts, findings } = await dataFacts(data, { cacheDir: join(folder, "cache") });
    expect([kind, trainCounts]).toEqual(["embedding", [30, 31]]);
    const messages = findings.map(({ message }) => message);
    expect(messages).toContain("seen as vectors of 200 numbers");
    expect(messages).toContain("2 examples have the same content as one of another class");
    // The bytes of their files tell nothing.
    const { findings: ofFiles } = await dataFacts({ dataset: data.dataset, source: data.source });
    expect(ofFiles.map(({ about }) => about)).not.toContain("conflicting-labels");
  });
});

suite("a run on photographs through a backbone", () => {
  test.for(["the run", "its exported model"])("%s is served for photographs", async (which) => {
    const predictor = openPredictor(run);
    const [own] = await predictor.predict(files.slice(0, 1));
    await predictor.close();
    const service = await serving(await openServed(which === "the run" ? run : model));
    const bytes = readFileSync(files[0]!);
    expect(await post(service, bytes, { type: "image/png" })).toMatchObject({
      status: 200,
      body: near(own!),
    });
    const broken = await post(service, "no image", { type: "image/png" });
    expect(broken).toMatchObject({ status: 422, body: { error: { row: 1 } } });
    expect(await ask(service, "/health")).toMatchObject({ body: { kind: "image" } });
  });

  test("is served and predicts where its backbone has moved", async () => {
    const moved = join(folder, "runs", "moved");
    cpSync(run, moved, { recursive: true });
    const preparation = join(moved, "preparation.json");
    const gone = join(folder, "gone.onnx");
    writeFileSync(preparation, readFileSync(preparation, "utf8").replaceAll(classifierPath, gone));
    const lost = await openServed(moved);
    await expect(lost.warmUp()).rejects.toThrow(`${gone}: expected the backbone`);
    await lost.close();
    const [bytes, [own]] = [readFileSync(files[0]!), await predict(run, files.slice(0, 1))];
    const service = await serving(await openServed(moved, { backbone: classifierPath }));
    expect(await post(service, bytes, { type: "image/png" })).toMatchObject({
      status: 200,
      body: near(own!),
    });
    expect(await predict(moved, files.slice(0, 1), { backbone: classifierPath })).toEqual([near(own!)]);
  });

  test("shows the photographs of its examples", async () => {
    const views = await viewsOf(run, [{ split: "test", id: 0 }], { cacheDir: join(folder, "cache") });
    expect(views).toEqual([{ kind: "image", picture: expect.any(String) as string }]);
  });

  test("is exported with a page that calls it with a photograph", () => {
    const readme = readFileSync(join(model, "README.md"), "utf8");
    expect(readme).toContain('await model.predict("photo.jpg")');
    expect(readme).toContain("classes an image belongs");
  });

  test.runIf(pythonOfReadmes !== undefined)("is exported with Python that gives its answers", async () => {
    const loaded = await load(model);
    const { class: name, probabilities } = await loaded.predict(files[0]!);
    await loaded.close();
    cpSync(files[0]!, join(model, "photo.jpg"));
    const [answer, all] = answerOfReadme(model);
    rmSync(join(model, "photo.jpg"));
    expect(answer).toBe(name);
    for (const [each, value] of Object.entries(probabilities)) expect(all[each]).toBeCloseTo(value, 5);
  });

  test("runs its backbone on several photographs at once, with the answers of one by one", async () => {
    const batches: number[] = [];
    const create = async (...args: Parameters<typeof ort.InferenceSession.create>): Promise<unknown> => {
      const session = await ort.InferenceSession.create(...args);
      const counted = (feeds: ort.InferenceSession.FeedsType, fetches: string[]): unknown => {
        if (feeds["x"] !== undefined) batches.push(feeds["x"].dims[0]!);
        return session.run(feeds, fetches);
      };
      return { inputNames: session.inputNames, run: counted, release: () => session.release() };
    };
    const loaded = await load(model, { runtime: { InferenceSession: { create }, Tensor: ort.Tensor } });
    const single = [];
    for (const file of files) single.push(await loaded.predict(file));
    batches.length = 0;
    expect(await loaded.predict(files)).toEqual(single.map(near));
    expect(Math.max(...batches)).toBeGreaterThan(1);
    await loaded.close();
  });
});
