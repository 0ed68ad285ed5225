// npm run bench:images [-- --images N] [--size S] [--steps N] [--folder F] [--json]
// Caches JPEG images of mixed sizes, killed half-way once, and trains a ResNet-18 on them: images a second, whether
// the second attempt goes on where the first was killed, and how long a step waits for its batch.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { setThreads } from "@leeway/torch";
import { openImageCache } from "../packages/leeway/dist/data/images/cache.js";
import { openImages } from "../packages/leeway/dist/data/images/custom-images.js";
import { listFolder } from "../packages/leeway/dist/data/images/folder-listing.js";
import { recipeFor } from "../packages/leeway/dist/recipe/index.js";
import { startSession, train } from "../packages/leeway/dist/training/index.js";
import sharp from "sharp";
import { wholeNumber } from "./options.mjs";

const { values: options } = parseArgs({
  options: {
    images: { type: "string", default: "2000" },
    size: { type: "string", default: "64" },
    steps: { type: "string", default: "20" },
    threads: { type: "string" },
    folder: { type: "string" },
    json: { type: "boolean", default: false },
    child: { type: "string" }, // the cache's folder: only make it, for the process that is killed
  },
});
const [images, size] = ["images", "size"].map((name) => wholeNumber(options, name, { min: 8 }));
const steps = wholeNumber(options, "steps", { min: 0 });
const classes = 10;
const plan = { size, resize: "crop" };

const folder = options.folder ?? (await mkdtemp(join(tmpdir(), "leeway-images-")));

if (options.child !== undefined) {
  await cache(options.child, (done) => console.log(done));
  process.exit(0);
}

try {
  await makeImages(join(folder, "images"));
  const whole = join(folder, "whole");
  const took = await seconds(() => cache(whole));
  const resumed = await killedAndResumed(join(folder, "killed"));
  const report = {
    ...{ images, size, imagesPerSecond: images / took },
    killedAt: resumed.killedAt,
    resumedFrom: resumed.resumedFrom,
    sameBytes: (await digest(resumed.pixels)) === (await digest((await cache(whole)).pixels)),
    ...(steps > 0 ? await waiting(whole) : {}),
    megabytes: Math.round(process.memoryUsage.rss() / 2 ** 20),
  };
  if (options.json) console.log(JSON.stringify(report));
  else print(report);
} finally {
  if (options.folder === undefined) await rm(folder, { recursive: true });
}

/** JPEG images of 200 to 800 pixels a side. 100 are drawn; the others are their copies, which cost as much to read. */
async function makeImages(into) {
  if (existsSync(into)) return;
  const drawn = await Promise.all(
    Array.from({ length: 100 }, (_, i) => {
      const [width, height] = [200 + ((i * 37) % 600), 200 + ((i * 53) % 600)];
      const noise = { type: "gaussian", mean: 128, sigma: 60 };
      return sharp({
        create: { width: width >> 2, height: height >> 2, channels: 3, background: "#888", noise },
      })
        .resize(width, height)
        .jpeg({ quality: 85 })
        .toBuffer();
    }),
  );
  for (let j = 0; j < classes; j++) await mkdir(join(into, `class-${j}`), { recursive: true });
  for (let i = 0; i < images; i++) {
    await writeFile(join(into, `class-${i % classes}`, `${i}.jpg`), drawn[i % drawn.length]);
  }
}

async function cache(cacheDir, heard = () => undefined) {
  const making = openImageCache(await listFolder(join(folder, "images")), plan, { cacheDir });
  while (true) {
    const next = await making.next();
    if (next.done) return next.value;
    heard(next.value.done);
  }
}

/** Starts a process that makes a cache, kills it half-way, and goes on from there. */
async function killedAndResumed(cacheDir) {
  const own = fileURLToPath(import.meta.url);
  const given = ["--child", cacheDir, "--folder", folder, "--images", String(images), "--size", String(size)];
  const child = spawn(process.execPath, [...process.execArgv, own, ...given], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  let killedAt = 0;
  child.stdout.on("data", (text) => {
    killedAt = Number(String(text).trim().split("\n").at(-1));
    if (killedAt >= images / 2) child.kill("SIGKILL");
  });
  await ended;
  let resumedFrom;
  const { pixels } = await cache(cacheDir, (done) => (resumedFrom ??= done));
  return { killedAt, resumedFrom: resumedFrom ?? images, pixels };
}

/** Trains a few steps, and measures how long each waits for its batch, copying and varying it included. */
async function waiting(cacheDir) {
  if (options.threads !== undefined) setThreads(wholeNumber(options, "threads"));
  const source = { kind: "image", paths: [join(folder, "images")], options: { size } };
  const opened = await openImages(source, { cacheDir });
  const preparation = opened.prepare(opened.train);
  const recipe = recipeFor("photos", {
    ...{ source, method: "erm", model: "resnet18", epochs: 1, profile: "natural", validationFraction: 0 },
    batchSize: Math.min(128, Math.floor(images / 2)),
  });
  const dataset = preparation.apply(opened.train);
  let waited = 0;
  let taken = 0;
  const timed = {
    ...dataset,
    batches(order, batching) {
      const batches = dataset.batches(order, batching)[Symbol.asyncIterator]();
      const next = async () => {
        const began = performance.now();
        const result = await batches.next();
        if (++taken > 1) waited += performance.now() - began; // the first is read while nothing computes
        return result;
      };
      return { [Symbol.asyncIterator]: () => ({ next, return: () => batches.return() }) };
    },
  };
  const counts = Array.from({ length: classes }, () => images / classes);
  const data = { train: timed, validation: null, test: dataset, counts };
  const began = performance.now();
  for await (const event of train(startSession(recipe, data))) {
    if (event.kind === "progress" && taken > steps) break;
  }
  const total = performance.now() - began;
  return { stepMs: total / taken, waitMs: waited / Math.max(1, taken - 1) };
}

async function digest(path) {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

async function seconds(work) {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

function print(report) {
  console.log(`cached     ${report.images} images at ${report.imagesPerSecond.toFixed(0)} a second`);
  console.log(`killed     at ${report.killedAt}, went on from ${report.resumedFrom}`);
  console.log(`           ${report.sameBytes ? "the same bytes" : "OTHER BYTES"} as without`);
  if (report.stepMs !== undefined) {
    console.log(
      `ResNet-18  ${report.stepMs.toFixed(0)} ms a step, of which ${report.waitMs.toFixed(1)} ms for its batch`,
    );
  }
  console.log(`memory     ${report.megabytes} MB`);
}
