// What bench:predict predicts: a small data set of each kind to train on, and examples as a program has them.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";

const wave = (i) => Math.sin(12.9898 * i) * 43758.5453 - Math.floor(Math.sin(12.9898 * i) * 43758.5453);
const labelOf = (i) => (i % 9 === 0 ? "rare" : "common");
const words = "film plot dull great actor scene slow music end story long fine".split(" ");
const columns = Array.from({ length: 20 }, (_, c) => `n${c}`);

/**
 * By kind: what makes the data of `leeway train` in a folder and gives its arguments, the example of a number, how many
 * are predicted at once, and of how many a batch is.
 */
export const predictKinds = {
  rows: { data: rowTable, example: rowOf, many: 4096, batch: 1024 },
  vectors: { data: vectorLines, example: vectorOf, many: 1024, batch: 512 },
  texts: { data: textTable, example: textOf, many: 1024, batch: 64 },
  pixels: { data: imageFolder, example: pixelsOf, many: 64, batch: 32 },
  files: { data: imageFolder, example: imageOf, many: 64, batch: 32 },
};

function rowTable(folder) {
  const line = (i) => [
    ...columns.map((_, c) => (wave(31 * i + c) + (i % 9 === 0 ? 1 : 0)).toFixed(4)),
    `c${i % 7}`,
    labelOf(i),
  ];
  const lines = Array.from({ length: 3000 }, (_, i) => line(i).join(","));
  writeFileSync(join(folder, "rows.csv"), [[...columns, "kind", "label"].join(","), ...lines].join("\n"));
  return ["rows.csv"];
}

function rowOf(i) {
  const numbers = columns.map((name, c) => [name, wave(31 * i + c)]);
  return { ...Object.fromEntries(numbers), kind: `c${i % 7}` };
}

function vectorLines(folder) {
  const line = (i) => JSON.stringify({ vector: vectorOf(i), label: labelOf(i) });
  writeFileSync(join(folder, "vectors.jsonl"), Array.from({ length: 600 }, (_, i) => line(i)).join("\n"));
  return ["vectors.jsonl"];
}

function vectorOf(i) {
  return Array.from({ length: 384 }, (_, d) => wave(i * 384 + d) + (i % 9 === 0 ? 0.3 : 0));
}

function textTable(folder) {
  const lines = Array.from({ length: 1500 }, (_, i) => `"${textOf(i)}",${labelOf(i)}`);
  writeFileSync(join(folder, "texts.csv"), ["text,label", ...lines].join("\n"));
  return ["texts.csv", "--kind", "text"];
}

function textOf(i) {
  const own = Array.from({ length: 40 }, (_, k) => words[Math.floor(words.length * wave(40 * i + k))]);
  return [...own, i % 9 === 0 ? "superb" : "okay"].join(" ");
}

async function imageFolder(folder) {
  for (let i = 0; i < 60; i++) {
    const place = join(folder, "images", i % 5 === 0 ? "rare" : "common");
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, `${i}.png`), await imageOf(i));
  }
  return ["images", "--image-size", "32", "--model", "resnet20"];
}

function pixelsOf(i, side = 32) {
  const data = Uint8Array.from({ length: 4 * side * side }, (_, k) => 256 * wave(i * 7919 + k));
  return { data, width: side, height: side };
}

function imageOf(i) {
  const { data, width, height } = pixelsOf(i);
  return sharp(data, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
}
