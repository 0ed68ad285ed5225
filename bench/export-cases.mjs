// What parity is counted on: networks on real data, and their test examples as a program has them.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { loadDataset } from "../packages/leeway/dist/data/index.js";

/** Every case; its data is read when it is asked for its examples. */
export function parityCases({ dataDir, tables, folder, examples }) {
  const images = (dataset) => imageFiles(dataset, { dataDir, folder, examples });
  const short = { epochs: 1, maxPerClass: 100 };
  const image = (dataset, model, method) => ({
    name: `${dataset}_${model}_${method}`,
    kind: "image",
    source: { dataset },
    recipe: { model, method, ...short },
    examplesOf: () => images(dataset),
  });
  const telco = { path: join(tables, "telco.csv"), label: "Churn" };
  const table = (model, method) => ({
    name: `telco_${model}_${method}`,
    kind: "table",
    source: telco,
    recipe: { model, method, epochs: 3 },
    examplesOf: () => lastRows(telco.path, examples),
  });
  const text = (model, method) => ({
    name: `imdb_${model}_${method}`,
    kind: "text",
    source: {
      path: join(folder, "reviews.jsonl"),
      label: "class",
      made: () => reviewTable({ dataDir, folder }),
    },
    recipe: { model, method, epochs: 2 },
    examplesOf: async () => someOf((await reviews(dataDir)).test.texts, examples),
  });
  const vectors = (model, method) => ({
    name: `vectors_${model}_${method}`,
    kind: "embedding",
    source: {
      path: join(folder, "vectors.csv"),
      label: "class",
      made: () => vectorTable({ dataDir, folder }),
    },
    recipe: { model, method, epochs: 2 },
    examplesOf: () => testVectors({ dataDir, examples }),
  });
  return [
    image("cifar10", "resnet20", "erm"),
    image("cifar10", "resnet8", "ldam-drw"),
    image("fashion-mnist", "resnet8", "ldam-drw"),
    table("tabm", "erm"),
    table("mlp", "ldam-drw"),
    table("mlp", "lws"),
    table("linear", "balanced-softmax"),
    vectors("linear", "erm"),
    vectors("mlp", "ldam-drw"),
    text("ngrams", "erm"),
    text("ngrams", "ldam"),
    text("tfidf", "erm"),
    text("bilstm", "ldam-drw"),
  ];
}

/** As many of a list, evenly apart. */
function someOf(list, count) {
  const size = Math.min(count, list.length);
  return Array.from({ length: size }, (_, i) => list[Math.floor((i * list.length) / size)]);
}

/** Test images as PNG files, which both sides decode. */
async function imageFiles(dataset, { dataDir, folder, examples }) {
  const place = join(folder, dataset);
  const { test } = await loadDataset(dataset, { dataDir });
  const { channels, height, width } = test.shape;
  const size = channels * height * width;
  mkdirSync(place, { recursive: true });
  const paths = [];
  for (const i of someOf([...test.labels.keys()], examples)) {
    const path = join(place, `${i}.png`);
    if (!existsSync(path)) {
      const pixels = test.pixels.subarray(i * size, (i + 1) * size);
      await sharp(pixels, { raw: { width, height, channels } }).png().toFile(path);
    }
    paths.push(path);
  }
  return paths;
}

/** Rows of a table as a program has them: numbers as numbers, an empty cell null. */
function lastRows(path, count) {
  const [header, ...lines] = readFileSync(path, "utf8").trim().split(/\r?\n/);
  const names = header.split(",");
  return lines.slice(-count).map((line) => {
    const cells = line.split(",");
    const valueOf = (cell) => (cell.trim() === "" ? null : Number.isNaN(Number(cell)) ? cell : Number(cell));
    return Object.fromEntries(names.map((name, i) => [name, valueOf(cells[i])]));
  });
}

let read;
/** The catalogue's reviews, read once. */
function reviews(dataDir) {
  return (read ??= loadDataset("imdb", { dataDir }));
}

/** Reviews to train on, each with its class. */
async function reviewTable({ dataDir, folder }) {
  const { train } = await reviews(dataDir);
  const lines = someOf([...train.labels.keys()], 1500).map((i) =>
    JSON.stringify({ text: train.texts[i], class: train.classNames[train.labels[i]] }),
  );
  writeFileSync(join(folder, "reviews.jsonl"), `${lines.join("\n")}\n`);
}

/** Pixels of Fashion-MNIST as vectors, every fourth in both directions. */
async function fashionVectors(split, { dataDir, count }) {
  const { [split]: images } = await loadDataset("fashion-mnist", { dataDir });
  const rows = someOf([...images.labels.keys()], count);
  return rows.map((i) => ({
    label: images.classNames[images.labels[i]],
    vector: Array.from({ length: 49 }, (_, k) => {
      const [y, x] = [4 * Math.floor(k / 7), 4 * (k % 7)];
      return images.pixels[i * 784 + 28 * y + x] / 255;
    }),
  }));
}

async function vectorTable({ dataDir, folder }) {
  const rows = await fashionVectors("train", { dataDir, count: 2000 });
  const header = [...rows[0].vector.map((_, k) => `v${k}`), "class"].join(",");
  const lines = rows.map(({ vector, label }) => [...vector.map(Math.fround), `"${label}"`].join(","));
  writeFileSync(join(folder, "vectors.csv"), `${[header, ...lines].join("\n")}\n`);
}

async function testVectors({ dataDir, examples }) {
  const rows = await fashionVectors("test", { dataDir, count: examples });
  return rows.map(({ vector }) => Float32Array.from(vector));
}
