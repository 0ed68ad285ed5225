// One small, right file for each reader, and what reads it: for bench/fuzz-readers.mjs.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { decodeSafetensors, encodeSafetensors, scope, tensor } from "@leeway/torch";
import { openCustomData, withDuckDB } from "../packages/leeway/dist/data/index.js";
import { newestCheckpoint, readRun, writeCheckpoint } from "../packages/leeway/dist/storage/index.js";
import sharp from "sharp";
import { loadCifar } from "../packages/leeway/dist/data/catalogue/cifar.js";
import { cifar10Layout } from "../packages/leeway/dist/data/catalogue/cifar-layouts.js";
import { decodeImage } from "../packages/leeway/dist/data/images/decode.js";
import { readZipText, zipDirectory } from "../packages/leeway/dist/data/images/zip-source.js";
import { loadMnist } from "../packages/leeway/dist/data/catalogue/mnist.js";
import { fashionMnistLayout } from "../packages/leeway/dist/data/catalogue/mnist.js";
import { pack } from "tar-stream";
import { buffer } from "node:stream/consumers";

const rows = Array.from({ length: 40 }, (_, i) => [i / 7, `word ${i % 5}, "said"`, i % 3 === 0 ? "a" : "b"]);

const quoted = (value) => (typeof value === "string" ? `"${value.replaceAll('"', '""')}"` : value);

/** Every reader by name: `file` its right bytes, `read` what reads them from a path. */
export async function seeds(folder) {
  const own = (kind, name, bytes, more = {}) => ({
    name,
    bytes,
    read: async (path) => {
      const { label = "class", ...options } = more;
      const source = await openCustomData({ kind, paths: [path], ...(label && { label }), ...options });
      source.prepare(source.train).apply(source.train);
    },
  });
  const csv = ["value,text,class", ...rows.map((row) => row.map(quoted).join(","))].join("\n");
  const jsonl = rows.map(([value, text, label]) => JSON.stringify({ value, text, class: label })).join("\n");
  return {
    csv: own("table", "a.csv", Buffer.from(csv)),
    jsonl: own("table", "a.jsonl", Buffer.from(jsonl)),
    parquet: own("table", "a.parquet", await parquet(folder)),
    text: own("text", "a.csv", Buffer.from(csv), { options: { text: "text" } }),
    npy: own("embedding", "a.npy", npy(), { label: "", options: { labels: await labelsFile(folder) } }),
    npz: own("embedding", "a.npz", npz(folder), { label: "" }),
    safetensors: {
      name: "a.safetensors",
      bytes: Buffer.from(
        scope(() => encodeSafetensors({ a: tensor([1, 2, 3]), b: tensor([4, 5], [2, 1]) }, { by: "us" })),
      ),
      read: (path) => scope(() => void decodeSafetensors(readFileSync(path))),
    },
    idx: idx(folder),
    cifar: await cifar(),
    png: image(await pixels().png().toBuffer(), "a.png"),
    bmp: image(bmp(), "a.bmp"),
    jpeg: image(await pixels().jpeg().toBuffer(), "a.jpg"),
    zip: zip(folder),
    run: {
      name: "run.json",
      bytes: readFileSync(new URL("../results/cifar10-lt100/erm-40-honest-seed0/run.json", import.meta.url)),
      read: (path) => void readRun(join(path, "..")),
    },
    checkpoint: checkpoint(folder),
  };
}

async function parquet(folder) {
  const path = join(folder, "seed.parquet");
  const select =
    "SELECT i / 7.0 AS value, 'word ' || (i % 5) AS text, CASE WHEN i % 3 = 0 THEN 'a' ELSE 'b' END AS class FROM range(40) t(i)";
  await withDuckDB((db) => db.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`));
  return readFileSync(path);
}

/** Ten vectors of four float32. */
function npy() {
  const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (10, 4), }";
  const padded = `${header.padEnd(128 - 10 - 1)}\n`;
  const length = Buffer.alloc(2);
  length.writeUInt16LE(padded.length);
  const values = Float32Array.from({ length: 40 }, (_, i) => i / 3);
  return Buffer.concat([
    Buffer.from("\x93NUMPY\x01\x00", "latin1"),
    length,
    Buffer.from(padded),
    Buffer.from(values.buffer),
  ]);
}

/** Vectors and their classes in one archive, written by Python. */
function npz(folder) {
  const place = join(folder, "arrays");
  mkdirSync(place);
  writeFileSync(join(place, "x.npy"), npy());
  const header = "{'descr': '<i8', 'fortran_order': False, 'shape': (10,), }";
  const start = Buffer.from("\x93NUMPY\x01\x00v\x00", "latin1"); // v: 118 bytes
  const values = BigInt64Array.from({ length: 10 }, (_, i) => BigInt(i % 2));
  const text = Buffer.from(`${header.padEnd(117)}\n`);
  writeFileSync(join(place, "y.npy"), Buffer.concat([start, text, Buffer.from(values.buffer)]));
  execFileSync("python3", ["-m", "zipfile", "-c", "a.npz", "x.npy", "y.npy"], { cwd: place });
  return readFileSync(join(place, "a.npz"));
}

/** 8 x 8 pixels by a palette of four colours. */
function bmp() {
  const header = Buffer.alloc(54);
  header.write("BM");
  for (const [at, value] of [
    [10, 70],
    [14, 40],
    [18, 8],
    [22, 8],
  ])
    header.writeUInt32LE(value, at);
  header.writeUInt16LE(8, 28);
  const palette = Buffer.from(Array.from({ length: 16 }, (_, i) => i * 15));
  return Buffer.concat([header, palette, Buffer.from(Array.from({ length: 64 }, (_, i) => i % 4))]);
}

async function labelsFile(folder) {
  const path = join(folder, "labels.csv");
  writeFileSync(path, ["class", ...Array.from({ length: 10 }, (_, i) => "ab"[i % 2])].join("\n"));
  return path;
}

/** Fashion-MNIST of 30 and 20 images, one file of which is put to the test. */
function idx(folder) {
  const place = join(folder, "idx");
  mkdirSync(place);
  const layout = { ...fashionMnistLayout, records: { train: 30, test: 20 } };
  const file = (sizes, length) => {
    const header = Buffer.from([
      0,
      0,
      8,
      sizes.length,
      ...sizes.flatMap((size) => [0, 0, size >> 8, size & 255]),
    ]);
    return Buffer.concat([header, Buffer.from(Array.from({ length }, (_, i) => i % 10))]);
  };
  for (const [stem, count] of [
    ["train", 30],
    ["t10k", 20],
  ]) {
    writeFileSync(join(place, `${stem}-images-idx3-ubyte`), file([count, 28, 28], count * 784));
    writeFileSync(join(place, `${stem}-labels-idx1-ubyte`), file([count], count));
  }
  return {
    name: "train-images-idx3-ubyte",
    bytes: readFileSync(join(place, "train-images-idx3-ubyte")),
    read: async (path) => {
      writeFileSync(join(place, "train-images-idx3-ubyte"), readFileSync(path));
      await loadMnist(place, layout);
    },
  };
}

async function cifar() {
  const layout = {
    ...cifar10Layout,
    batches: cifar10Layout.batches.map((batch) => ({ ...batch, records: 2 })),
  };
  const archive = pack();
  for (const [b, { file }] of layout.batches.entries())
    archive.entry(
      { name: `cifar/${file}` },
      Buffer.from(Array.from({ length: 2 * 3073 }, (_, i) => (i % 3073 === 0 ? b : (i * (b + 3)) % 256))),
    );
  archive.finalize();
  return {
    name: "a.tar.gz",
    bytes: gzipSync(await buffer(archive)),
    read: (path) => loadCifar(path, layout),
  };
}

/** An archive of three lists, written by Python, which building the native part needs anyway. */
function zip(folder) {
  const place = join(folder, "lists");
  mkdirSync(place);
  const lists = ["a.txt", "b.txt", "c.txt"];
  for (const [i, name] of lists.entries()) writeFileSync(join(place, name), "a line\n".repeat(40 * (i + 1)));
  execFileSync("python3", ["-m", "zipfile", "-c", "lists.zip", ...lists], { cwd: place });
  return {
    name: "a.zip",
    bytes: readFileSync(join(place, "lists.zip")),
    read: async (path) => {
      const directory = await zipDirectory(path, () => true);
      for (const name of directory.entries.keys()) await readZipText(directory, name, 10_000);
    },
  };
}

const pixels = () =>
  sharp(Buffer.from(Array.from({ length: 16 * 16 * 3 }, (_, i) => (i * 37) % 256)), {
    raw: { width: 16, height: 16, channels: 3 },
  });

function image(bytes, name) {
  return { name, bytes, read: (path) => decodeImage(readFileSync(path), { size: 8, resize: "crop" }) };
}

/** The state of a checkpoint, whose damage must be noticed. */
function checkpoint(folder) {
  const run = join(folder, "run");
  mkdirSync(run);
  const bytes = Buffer.from(
    JSON.stringify({ position: { epoch: 3 }, epochs: Array(20).fill({ loss: 0.5 }) }),
  );
  const name = writeCheckpoint(run, { "state.json": bytes });
  return {
    name: "state.json",
    bytes,
    read: (path) => {
      const changed = readFileSync(path);
      writeFileSync(join(run, "checkpoints", name, "state.json"), changed);
      newestCheckpoint(run);
      if (!changed.equals(bytes)) throw new TypeError("a damaged checkpoint is taken for whole");
    },
  };
}
