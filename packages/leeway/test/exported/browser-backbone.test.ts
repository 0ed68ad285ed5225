import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe as suite, expect, test } from "vitest";
import type { BackboneRequest } from "../../src/catalogue/index.ts";
import { load } from "../../src/exported/index.ts";
import { exportModel } from "../../src/exporting/index.ts";
import type { Prediction } from "../../src/inference/index.ts";
import { loadRunData, recipeForData, runRecipe } from "../../src/runs/index.ts";
import { classifierPath, classifierPreprocessor, writeTextEncoder } from "../backbones/small-encoder.ts";
import { noBrowser, startBrowser } from "../serving/browser.ts";
import { serveExample } from "../serving/example-server.ts";

const folder = mkdtempSync(join(tmpdir(), "leeway-test-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Trains on what a backbone makes of data, for two epochs, and exports it as `model/NAME`. */
async function exported(name: string, data: string, backbone: BackboneRequest): Promise<string> {
  const recipe = await recipeForData(data, { backbone, epochs: 2 });
  const read = await loadRunData(recipe, { cacheDir: join(folder, "cache") });
  const events = runRecipe(recipe, { data: read, runsDir: join(folder, "runs"), name });
  while ((await events.next()).done !== true) continue;
  return (await exportModel(join(folder, "runs", name), { output: join(folder, "model", name) })).path;
}

/** A page that knows where the packages are. */
async function pageOf(browser: Browser, server: Server): Promise<Page> {
  const { port } = server.address() as AddressInfo;
  const base = `http://127.0.0.1:${port}`;
  const imports = {
    "@leeway/predict": "/node_modules/@leeway/predict/dist/browser.js",
    "onnxruntime-web": "/node_modules/onnxruntime-web/dist/ort.wasm.bundle.min.mjs",
  };
  const body = `<script type="importmap">${JSON.stringify({ imports })}</script>`;
  const page = await browser.newPage();
  await page.route("**/blank.html", (route) => route.fulfill({ contentType: "text/html", body }));
  await page.goto(`${base}/blank.html`);
  return page;
}

/** What `@leeway/predict` answers in the page: of texts, or of images by their bytes. */
function predicted(
  page: Page,
  name: string,
  examples: readonly (string | number[])[],
): Promise<Prediction[]> {
  const asked = JSON.stringify({ name, examples });
  return page.evaluate(`(async () => {
    const { name, examples } = ${asked};
    const { load } = await import("@leeway/predict");
    const model = await load(new URL("/model/" + name + "/", location.href));
    const given = examples.map((each) => (typeof each === "string" ? each : new Blob([Uint8Array.from(each)])));
    const answers = await model.predict(given);
    await model.close();
    return answers;
  })()`);
}

suite.skipIf(noBrowser !== undefined)("a model with its backbone, in Chromium", () => {
  let [browser, server]: [Browser?, Server?] = [];
  beforeAll(async () => {
    [browser, server] = await Promise.all([startBrowser(), serveExample(folder)]);
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  /** Both answers are of the same class, with the same probability. */
  async function expectSame(
    name: string,
    path: string,
    examples: readonly (string | Uint8Array)[],
  ): Promise<void> {
    const page = await pageOf(browser!, server!); // started before
    const given = examples.map((each) => (typeof each === "string" ? each : [...each]));
    const answers = await predicted(page, name, given);
    const model = await load(path);
    const own = await model.predict([...examples]);
    await model.close();
    await page.close();
    expect(answers.map((each) => each.class)).toEqual(own.map((each) => each.class));
    for (const [i, { probability }] of own.entries())
      expect(answers[i]!.probability).toBeCloseTo(probability, 4);
  }

  test("answers as in Node for photographs", async () => {
    const photos = join(folder, "photos");
    const files: Uint8Array[] = [];
    for (let i = 0; i < 40; i++) {
      const place = join(photos, i % 2 === 0 ? "dark" : "light");
      mkdirSync(place, { recursive: true });
      const raw = { width: 90 + i, height: 70, channels: 3 } as const;
      const pixels = Uint8Array.from(
        { length: raw.width * 210 },
        (_, at) => (i % 2 === 0 ? 20 : 160) + ((at * (i + 3)) % 90),
      );
      const file = join(place, `${i}.png`);
      await sharp(pixels, { raw }).png().toFile(file);
      files.push(readFileSync(file));
    }
    const backbone = { path: classifierPath, preprocessor: classifierPreprocessor };
    await expectSame("photos", await exported("photos", photos, backbone), files.slice(0, 6));
  });

  test("answers as in Node for texts", async () => {
    const table = join(folder, "texts.csv");
    const text = (i: number): string =>
      (i % 3 === 0 ? "a dull film" : "the play was very bright") + " and".repeat(i % 5);
    const rows = Array.from({ length: 60 }, (_, i) => `${text(i)},${i % 3 === 0 ? "bad" : "good"}`);
    writeFileSync(table, ["text,label", ...rows].join("\n"));
    const backbone = { path: writeTextEncoder(join(folder, "encoder")) };
    const examples = ["a dull film", "", "zebra!", "it wasn't very good: 10/10"];
    await expectSame("texts", await exported("texts", table, backbone), examples);
  });
});
