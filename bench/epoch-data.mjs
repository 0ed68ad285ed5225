// The training data of each kind that `bench:epoch` and `bench:methods` measure: noise, since values change nothing in
// what a step and batching cost.
import { randomFillSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { imageDataset, textDataset } from "../packages/leeway/dist/data/index.js";
import {
  embeddingDataset,
  embeddingExamples,
} from "../packages/leeway/dist/data/embeddings/embedding-examples.js";
import { cachedExamples, cachedImages } from "../packages/leeway/dist/data/images/cached-images.js";
import { tableDataset } from "../packages/leeway/dist/data/tables/table-dataset.js";
import { ngramDataset } from "../packages/leeway/dist/data/text/ngram-dataset.js";
import { recipeFor } from "../packages/leeway/dist/recipe/index.js";
import { startSession } from "../packages/leeway/dist/training/index.js";
import { seeded } from "./seeded.mjs";

const classes = 8;
const statistics = { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25], augment: { pad: 4, flip: true } };

/**
 * What is measured, by name: the network, the batch, the steps of an epoch, and the data of as many examples. Recipes are
 * the default ones of the kind.
 */
export const kinds = {
  cifar: {
    title: "images 32 x 32, ResNet-32",
    input: "image",
    batchSize: 128,
    steps: 20,
    model: "resnet32",
    both: true,
    make: small,
  },
  photos: {
    title: "photographs, cached, 64 x 64, ResNet-18",
    input: "image",
    batchSize: 128,
    steps: 4,
    model: "resnet18",
    both: true,
    make: photographs,
  },
  lstm: { title: "texts, LSTM", input: "text", batchSize: 64, steps: 12, model: "bilstm", make: words },
  ngrams: {
    title: "texts, n-grams",
    input: "text",
    batchSize: 64,
    steps: 300,
    model: "ngrams",
    make: ngrams,
  },
  table: {
    title: "a table of 35 columns, MLP",
    input: "table",
    batchSize: 512,
    steps: 200,
    model: "mlp",
    make: table,
  },
  vectors: {
    title: "embeddings of 768 numbers, linear",
    input: "embedding",
    batchSize: 512,
    steps: 200,
    model: "linear",
    make: vectors,
  },
};

/** A session that trains a kind's network on data of it, all of which it trains on. */
export function sessionOn(dataset, { input, model, batchSize }, { method, precision, epochs }) {
  const counts = dataset.classNames.map(() => dataset.labels.length / dataset.classNames.length);
  const recipe = recipeFor("noise", {
    source: { kind: input, paths: ["noise"] },
    ...{ method, model, precision, batchSize, epochs, validationFraction: 0, profile: "natural" },
  });
  return startSession(recipe, { train: dataset, validation: null, test: dataset, counts });
}

function examplesOf(count, name) {
  const classNames = Array.from({ length: classes }, (_, j) => String(j));
  const labels = Int32Array.from({ length: count }, (_, i) => i % classes);
  return { name, classNames, labels, ids: Uint32Array.from({ length: count }, (_, i) => i) };
}

function small(count) {
  const shape = { channels: 3, height: 32, width: 32 };
  const pixels = randomFillSync(new Uint8Array(count * 3072));
  return imageDataset({ ...examplesOf(count, "small"), ...statistics, shape, pixels });
}

function photographs(count) {
  const folder = mkdtempSync(join(tmpdir(), "leeway-bench-epoch-"));
  process.on("exit", () => rmSync(folder, { recursive: true }));
  const pixels = join(folder, "pixels");
  const [stored, side] = [72, 64];
  writeFileSync(pixels, randomFillSync(new Uint8Array(count * stored * stored * 3)));
  const examples = examplesOf(count, "photos");
  const form = { ...statistics, pixels, stored, side, augment: { pad: 0, flip: true } };
  return cachedImages(cachedExamples({ ...examples, places: examples.ids }), form);
}

/** Of 50 to 350 words. */
function words(count) {
  const uniform = seeded(1);
  const texts = Array.from({ length: count }, () =>
    Int32Array.from({ length: 50 + Math.floor(300 * uniform()) }, () => 1 + Math.floor(24_999 * uniform())),
  );
  return textDataset({
    ...examplesOf(count, "words"),
    input: { kind: "text", vocabulary: 25_000 },
    words: texts,
  });
}

/** Of 300 to 700 n-grams. */
function ngrams(count) {
  const [uniform, features] = [seeded(2), 100_000];
  const offsets = new Float64Array(count + 1);
  for (let i = 0; i < count; i++) offsets[i + 1] = offsets[i] + 300 + Math.floor(400 * uniform());
  const columns = Int32Array.from({ length: offsets[count] }, () => Math.floor(features * uniform()));
  const rows = { offsets, columns, values: Float32Array.from(columns, () => 0.05) };
  return ngramDataset({ ...examplesOf(count, "ngrams"), rows, features });
}

/** 30 columns of numbers, every tenth with missing ones, and 5 of categories. */
function table(count) {
  const uniform = seeded(3);
  const numeric = Array.from({ length: 30 }, (_, f) => {
    const missing = f % 10 === 0;
    const values = Float32Array.from({ length: count }, () =>
      missing && uniform() < 0.1 ? Number.NaN : uniform(),
    );
    return { name: `number-${f}`, values, missing };
  });
  const distinct = Array.from({ length: 20 }, (_, i) => `category-${i}`);
  const categorical = Array.from({ length: 5 }, (_, g) => ({
    name: `category-${g}`,
    distinct,
    codes: Int32Array.from({ length: count }, () => Math.floor(distinct.length * uniform())),
  }));
  const steps = {
    numeric: numeric.map(({ name, missing }) => ({
      name,
      origin: 0,
      mean: 0.5,
      std: 0.3,
      indicator: missing,
    })),
    categorical: categorical.map(({ name }) => ({ name, categories: distinct })),
  };
  return tableDataset({ ...examplesOf(count, "table"), table: { numeric, categorical } }, steps);
}

function vectors(count) {
  const [uniform, size] = [seeded(4), 768];
  const values = new Float32Array(count * size);
  for (let i = 0; i < values.length; i++) values[i] = uniform();
  const filled = (value) => new Array(size).fill(value);
  const steps = { kind: "embedding", version: 1, mean: filled(0.5), std: filled(0.3) };
  return embeddingDataset(
    embeddingExamples({ ...examplesOf(count, "vectors"), size, vectors: values }),
    steps,
  );
}
