import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { setThreads } from "@leeway/torch";
import { beforeAll, describe as suite, expect, test } from "vitest";
import { examplesDataset } from "../../../src/data/index.ts";
import { namedPredictions, type Prediction } from "../../../src/inference/index.ts";
import { openPredictor } from "../../../src/probes/index.ts";

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/runs-v1/${name}`, import.meta.url));
beforeAll(() => {
  setThreads(1);
});

/** What a run predicts of examples in memory, and of the same in files. */
async function both(
  run: string,
  examples: readonly unknown[],
  paths: readonly string[],
): Promise<readonly [inMemory: Prediction[], ofFiles: Prediction[]]> {
  const predictor = openPredictor(fixture(run));
  const { preparation, recipe, classNames } = predictor;
  const dataset = await examplesDataset(preparation, recipe.source?.options)(examples);
  const inMemory = namedPredictions(await predictor.classify(dataset), classNames);
  const ofFiles = await predictor.predict({ paths: paths.map((path) => fixture(`data/${path}`)) });
  await predictor.close();
  return [inMemory, ofFiles];
}

const linesOf = (name: string): string[][] =>
  readFileSync(fixture(`data/${name}`), "utf8")
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => line.split(","));

suite("examplesDataset", () => {
  test("prepares rows to the bit as files are, missing and unknown values too", async () => {
    const rows = linesOf("table.csv").map(([first, second, colour]) => ({
      first: Number(first),
      second,
      colour,
    }));
    const [inMemory, ofFiles] = await both("table", rows, ["table.csv"]);
    expect(rows.some(({ second }) => second === "")).toBe(true);
    expect(inMemory).toEqual(ofFiles);
    const odd = [
      { first: null, second: null, colour: null },
      { first: 1, second: "3", colour: "never seen" },
      { first: 1, second: 3, colour: true },
    ];
    const predictor = openPredictor(fixture("table"));
    const dataset = await examplesDataset(predictor.preparation, undefined)(odd);
    const predicted = namedPredictions(await predictor.classify(dataset), predictor.classNames);
    const ofLines = await predictor.predict(odd);
    await predictor.close();
    expect(predicted).toEqual(ofLines);
  });

  test("prepares texts to the bit as files are", async () => {
    const texts = linesOf("texts.csv").map(([text]) => text);
    const [inMemory, ofFiles] = await both("texts", texts, ["texts.csv"]);
    expect(inMemory).toEqual(ofFiles);
  });

  test("prepares vectors as predict does", async () => {
    const predictor = openPredictor(fixture("embeddings"));
    const vectors = [
      [0, 0.1, 0.2, 0.3, 0.4, 0.5],
      [1, 1, 1, 1, 1, 1],
    ];
    const dataset = await examplesDataset(predictor.preparation, undefined)(vectors);
    const predicted = namedPredictions(await predictor.classify(dataset), predictor.classNames);
    expect(predicted).toEqual(await predictor.predict(vectors));
    await predictor.close();
  });

  test("names the example and the column of what is wrong", () => {
    const { preparation } = openPredictor(fixture("table"));
    const read = examplesDataset(preparation, undefined);
    const row = { first: 1, second: 2, colour: "x" };
    expect(() => read([row, { first: 1, second: 2 }])).toThrow(
      'expected examples[1] to have the column "colour"',
    );
    expect(() => read([row, { ...row, first: "many" }])).toThrow(
      "expected examples[1].first to be a finite number",
    );
    const texts = examplesDataset(openPredictor(fixture("texts")).preparation, undefined);
    expect(() => texts(["a", 5])).toThrow("expected examples[1] to be a text, got 5");
  });

  test("refuses what is no image", async () => {
    const images = examplesDataset(openPredictor(fixture("fashion-mnist")).preparation, undefined);
    await expect(images([Buffer.from("no image")])).rejects.toThrow(
      "expected examples[0] to be an image that can be read",
    );
    await expect(images(["/etc/passwd"])).rejects.toThrow("expected examples[0] to be an image's file");
  });
});
