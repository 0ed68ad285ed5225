// Small data in every format that Leeway reads, the same on every machine, for bench/golden.mjs.
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { seeded } from "./seeded.mjs";

const sharp = createRequire(new URL("../packages/leeway/package.json", import.meta.url))("sharp");

/** Writes all data into `folder`; {@link goldenCases} name the files. */
export async function writeGoldenData(folder) {
  const write = (name, content) => {
    const path = join(folder, name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, content);
  };
  writeTables(write);
  writeTexts(write);
  writeEmbeddings(write);
  await writePhotos(write);
  writeCifar(write);
  writeIdx(write);
  writeImdb(write);
  writeConfigs(write);
}

const csv = (rows) => `${rows.map((row) => row.join(",")).join("\n")}\n`;
const jsonl = ([names, ...rows]) =>
  rows
    .map((row) => `${JSON.stringify(Object.fromEntries(row.map((value, i) => [names[i], value])))}\n`)
    .join("");
/** `a` six times as often as `d`. */
const classOf = (i) => ["a", "a", "a", "b", "a", "b", "a", "c", "b", "a", "c", "d"][i % 12];
const pick = (uniform, names) => names[Math.floor(uniform() * names.length)];

function writeTables(write) {
  const table = (seed, length) => {
    const uniform = seeded(seed);
    const rows = Array.from({ length }, (_, i) => {
      const label = classOf(i);
      const shift = "abcd".indexOf(label);
      const age = uniform() < 0.1 ? "" : (20 + 6 * shift + 30 * uniform()).toFixed(1);
      const income = (1000 * uniform() ** 3 + 200 * (shift % 2)).toFixed(2);
      const colour =
        uniform() < 0.1 ? "" : pick(uniform, ["red", "green", "blue", ["red", "blue"][shift % 2]]);
      return [i, age, income, colour, 10 * Math.floor(5 * uniform()) + shift, label];
    });
    return [["id", "age", "income", "colour", "code", "class"], ...rows];
  };
  write("table.csv", csv(table(1, 360)));
  write("table-test.csv", csv(table(2, 90)));
  write("table.jsonl", jsonl(table(3, 240)));
  const uniform = seeded(4);
  const binary = Array.from({ length: 300 }, (_, i) => {
    const fraud = i % 15 === 0;
    return [
      (uniform() + (fraud ? 0.4 : 0)).toFixed(4),
      pick(uniform, ["eur", "usd"]),
      fraud ? "fraud" : "fine",
    ];
  });
  write("binary.csv", csv([["amount", "currency", "label"], ...binary]));
}

function texts(seed, length) {
  const uniform = seeded(seed);
  const words = ["the", "film", "was", "some", "more", "and", "it", "don't", "very", "scene"];
  return Array.from({ length }, (_, i) => {
    const label = ["good", "good", "good", "bad", "good", "odd"][i % 6];
    const text = Array.from({ length: 3 + Math.floor(12 * uniform()) }, () =>
      uniform() < 0.3 ? `${label}${Math.floor(3 * uniform())}` : pick(uniform, words),
    );
    return [`${text.join(" ")} ${i % 17}.`, label];
  });
}

function writeTexts(write) {
  write("texts.csv", csv([["text", "label"], ...texts(5, 180)]));
  write("texts.jsonl", jsonl([["text", "label"], ...texts(6, 150)]));
  texts(7, 120).forEach(([text, label], i) => write(`texts/${label}/${i}.txt`, text));
  const latin = csv([["text", "label"], ...texts(8, 90).map(([text, label]) => [`né ${text}`, label])]);
  write("texts-latin.csv", Buffer.from(latin, "latin1"));
}

function writeEmbeddings(write) {
  const [rows, size] = [240, 12];
  const uniform = seeded(9);
  const labels = Array.from({ length: rows }, (_, i) => "abcd".indexOf(classOf(i)));
  const vectors = Float32Array.from({ length: rows * size }, (_, i) => {
    const label = labels[Math.floor(i / size)];
    return uniform() - 0.5 + (i % size === label ? 0.4 : 0);
  });
  const integers = BigInt64Array.from(labels, BigInt);
  write("embeddings.npy", npy("<f4", `(${rows}, ${size})`, vectors));
  write("embedding-labels.npy", npy("<i8", `(${rows},)`, integers));
  write("embedding-labels.csv", csv([["label"], ...labels.map((label) => [`class ${label}`])]));
  const end = vectors.byteLength;
  const header = { vectors: { dtype: "F32", shape: [rows, size], data_offsets: [0, end] } };
  write("embeddings.safetensors", safetensors(header, vectors));
  const listed = labels.map((label, row) => [
    [...vectors.subarray(row * size, (row + 1) * size)],
    `l${label}`,
  ]);
  write("embeddings.jsonl", jsonl([["vector", "label"], ...listed]));
}

const bytesOf = (array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

function npy(descr, shape, values) {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`;
  const header = `${text.padEnd(Math.ceil((11 + text.length) / 64) * 64 - 11)}\n`;
  const length = Buffer.from([header.length & 255, header.length >> 8]);
  const magic = Buffer.from("\x93NUMPY\x01\x00", "latin1");
  return Buffer.concat([magic, length, Buffer.from(header), bytesOf(values)]);
}

function safetensors(header, values) {
  const json = JSON.stringify(header);
  const text = Buffer.from(json.padEnd(Math.ceil(json.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, bytesOf(values)]);
}

async function writePhotos(write) {
  const uniform = seeded(10);
  const photo = (label, i) => {
    const [width, height] = [18 + (i % 5), 17 + (i % 3)];
    const raw = Uint8Array.from(
      { length: width * height * 3 },
      (_, at) => (label === at % 3 ? 130 : 60) + Math.floor(70 * uniform()),
    );
    return sharp(raw, { raw: { width, height, channels: 3 } })
      .toFormat(i % 3 === 0 ? "jpeg" : "png")
      .toBuffer();
  };
  const nameOf = (label, i) => `${["cat", "dog", "owl"][label]}/${i}.${i % 3 === 0 ? "jpg" : "png"}`;
  const rows = [["path", "label"]];
  for (const [label, count] of [30, 15, 9].entries()) {
    for (let i = 0; i < count; i++) {
      write(`photos/${nameOf(label, i)}`, await photo(label, i));
      rows.push([`photos/${nameOf(label, i)}`, ["cat", "dog", "owl"][label]]);
    }
  }
  write("photos.csv", csv(rows));
  for (const [split, counts] of [
    ["train", [12, 8, 5]],
    ["test", [4, 4, 4]],
  ]) {
    for (const [label, count] of counts.entries()) {
      for (let i = 0; i < count; i++)
        write(`split-photos/${split}/${nameOf(label, i)}`, await photo(label, i));
    }
  }
}

/** Noise from which images are cut: 64 KB and the largest image. */
function noise(seed, largest) {
  const uniform = seeded(seed);
  return Uint8Array.from({ length: 65_536 + largest }, () => Math.floor(256 * uniform()));
}

/** CIFAR-10 and CIFAR-100 in files of the published sizes; an image is noise under a bright band that tells the class. */
function writeCifar(write) {
  const pixels = noise(11, 3072);
  const records = (count, first, labelBytes) => {
    const size = labelBytes.length + 3072;
    const bytes = new Uint8Array(count * size);
    for (let i = 0; i < count; i++) {
      const labels = labelBytes.map((classes) => (first + i) % classes);
      const at = i * size + labels.length;
      const label = labels.at(-1);
      const start = ((first + i) * 7919) % 65_536;
      bytes.set(labels, i * size);
      bytes.set(pixels.subarray(start, start + 3072), at);
      bytes.fill(230, at + (label % 10) * 96, at + (label % 10) * 96 + 96);
    }
    return bytes;
  };
  for (let batch = 0; batch < 5; batch++) {
    write(`data/cifar-10-batches-bin/data_batch_${batch + 1}.bin`, records(10_000, batch * 10_000, [10]));
  }
  write("data/cifar-10-batches-bin/test_batch.bin", records(10_000, 50_001, [10]));
  write("data/cifar-100-binary/train.bin", records(50_000, 0, [20, 100]));
  write("data/cifar-100-binary/test.bin", records(10_000, 50_001, [20, 100]));
}

/** Fashion-MNIST and MNIST, likewise; packed and not. */
function writeIdx(write) {
  const pixels = noise(12, 784);
  const idx = (sizes, values) => {
    const header = Buffer.alloc(4 + 4 * sizes.length);
    header.writeUInt32BE(0x0800 + sizes.length);
    sizes.forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i));
    return Buffer.concat([header, values]);
  };
  for (const [name, stem, count, first] of [
    ["fashion-mnist", "train", 60_000, 0],
    ["fashion-mnist", "t10k", 10_000, 60_001],
    ["mnist", "train", 60_000, 3],
    ["mnist", "t10k", 10_000, 60_004],
  ]) {
    const labels = Uint8Array.from({ length: count }, (_, i) => (first + i) % 10);
    const images = new Uint8Array(count * 784);
    labels.forEach((label, i) => {
      const start = ((first + i) * 7919) % 65_536;
      images.set(pixels.subarray(start, start + 784), i * 784);
      images.fill(250, i * 784 + label * 56, i * 784 + label * 56 + 84);
    });
    write(`data/${name}/${stem}-images-idx3-ubyte`, idx([count, 28, 28], images));
    write(`data/${name}/${stem}-labels-idx1-ubyte.gz`, gzipSync(idx([count], labels), { level: 1 }));
  }
}

/** The archive of IMDB's reviews, 50,000 of a few words. */
function writeImdb(write) {
  const uniform = seeded(13);
  const members = [];
  for (const split of ["train", "test"]) {
    for (const name of ["neg", "pos"]) {
      for (let i = 0; i < 12_500; i++) {
        const words = Array.from(
          { length: 4 },
          () => `${uniform() < 0.4 ? name : "w"}${Math.floor(20 * uniform())}`,
        );
        members.push(
          tarMember(`aclImdb/${split}/${name}/${i}_${name === "neg" ? 2 : 9}.txt`, words.join(" ")),
        );
      }
    }
  }
  write("data/aclImdb_v1.tar.gz", gzipSync(Buffer.concat([...members, Buffer.alloc(1024)]), { level: 1 }));
}

function tarMember(name, text) {
  const block = Buffer.alloc(512 * (1 + Math.ceil(text.length / 512)));
  block.write(name, 0);
  block.write("0000644\0" + "0000000\0" + "0000000\0", 100);
  block.write(`${text.length.toString(8).padStart(11, "0")}\0${"0".repeat(11)}\0`, 124);
  block.write("        0", 148);
  block.write("ustar\x0000", 257);
  const sum = block.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  block.write(text, 512);
  return block;
}

function writeConfigs(write) {
  const ownMethod = { loss: "ldam", classifier: "cosine", weights: "sqrt", deferAt: 0.5, maxMargin: 0.4 };
  write(
    "table.json",
    JSON.stringify({
      source: { kind: "table", paths: ["table.csv"], label: "class", options: { ignore: ["id"] } },
      testFraction: 0.25,
      model: "mlp",
      method: "composed",
      methodOptions: { ...ownMethod, mixup: 0.3 },
      epochs: 6,
      batchSize: 32,
      schedule: { base: 0.002, warmupEpochs: 1, decays: [{ fromEpoch: 4, factor: 0.2 }] },
      seed: 3,
      validationFraction: 0.2,
    }),
  );
  write(
    "texts.yaml",
    [
      ...["dataset: texts", "source:", "  kind: text", "  paths: [texts.csv]", "  label: label"],
      ...["  options:", "    text: text", "text:", "  vocabularySize: 40", "  minCount: 1", "  maxLength: 6"],
      ...["model: tfidf", "method: ldam-drw", "methodOptions:", "  scale: 10", "epochs: 5", ""],
    ].join("\n"),
  );
  write(
    "fashion.yaml",
    [
      ...["dataset: fashion-mnist", "profile: step", "ratio: 10", "maxPerClass: 20", "method: vs"],
      ...["testProfile:", "  profile: longtail", "  ratio: 50", "  seed: 1", "model: resnet8", "epochs: 2"],
      ...["batchSize: 32", "schedule:", "  base: 0.05", "precision: fp32", "seed: 5", ""],
    ].join("\n"),
  );
}
