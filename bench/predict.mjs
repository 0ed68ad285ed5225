// npm run bench:predict [-- --seconds 2] [-- --json]: one request and many, for a model of each kind: @leeway/predict,
// the run by libtorch, and the same graph in plain onnxruntime with inputs that are made already. Small models are
// trained and exported first. Run it on an idle machine.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { InferenceSession, Tensor } from "onnxruntime-node";
import sharp from "sharp";
import { load } from "../packages/predict/dist/node.js";
import { openPredictor } from "../packages/leeway/dist/index.js";

const { values: options } = parseArgs({
  options: { seconds: { type: "string", default: "2" }, only: { type: "string" }, json: { type: "boolean" } },
});
const seconds = Number(options.seconds);
const folder = mkdtempSync(join(tmpdir(), "leeway-bench-predict-"));
const program = fileURLToPath(new URL("../packages/leeway/bin/leeway.js", import.meta.url));
const wave = (i) => Math.sin(12.9898 * i) * 43758.5453 - Math.floor(Math.sin(12.9898 * i) * 43758.5453);

const kinds = {
  rows: {
    data: () => {
      const names = Array.from({ length: 20 }, (_, c) => `n${c}`);
      const line = (i) => [
        ...names.map((_, c) => (wave(31 * i + c) + (i % 9 === 0 ? 1 : 0)).toFixed(4)),
        `c${i % 7}`,
      ];
      const lines = Array.from({ length: 3000 }, (_, i) =>
        [...line(i), i % 9 === 0 ? "rare" : "common"].join(","),
      );
      writeFileSync(join(folder, "rows.csv"), [[...names, "kind", "label"].join(","), ...lines].join("\n"));
      return ["rows.csv"];
    },
    example: (i) => ({
      ...Object.fromEntries(Array.from({ length: 20 }, (_, c) => [`n${c}`, wave(31 * i + c)])),
      kind: `c${i % 7}`,
    }),
    many: 4096,
  },
  vectors: {
    data: () => {
      const line = (i) => JSON.stringify({ vector: vectorOf(i), label: i % 9 === 0 ? "rare" : "common" });
      writeFileSync(join(folder, "vectors.jsonl"), Array.from({ length: 600 }, (_, i) => line(i)).join("\n"));
      return ["vectors.jsonl"];
    },
    example: (i) => vectorOf(i),
    many: 1024,
  },
  texts: {
    data: () => {
      const lines = Array.from(
        { length: 1500 },
        (_, i) => `"${textOf(i)}",${i % 9 === 0 ? "rare" : "common"}`,
      );
      writeFileSync(join(folder, "texts.csv"), ["text,label", ...lines].join("\n"));
      return ["texts.csv", "--kind", "text"];
    },
    example: textOf,
    many: 1024,
  },
  images: {
    data: async () => {
      for (let i = 0; i < 60; i++) {
        const place = join(folder, "images", i % 5 === 0 ? "rare" : "common");
        mkdirSync(place, { recursive: true });
        writeFileSync(join(place, `${i}.png`), await imageOf(i));
      }
      return ["images", "--image-size", "32", "--model", "resnet20"];
    },
    example: (i) => pixelsOf(i),
    many: 64,
  },
};

function vectorOf(i) {
  return Array.from({ length: 384 }, (_, d) => wave(i * 384 + d) + (i % 9 === 0 ? 0.3 : 0));
}

function textOf(i) {
  const words = [
    "film",
    "plot",
    "dull",
    "great",
    "actor",
    "scene",
    "slow",
    "music",
    "end",
    "story",
    "long",
    "fine",
  ];
  const own = Array.from({ length: 40 }, (_, k) => words[Math.floor(words.length * wave(40 * i + k))]);
  return [...own, i % 9 === 0 ? "superb" : "okay"].join(" ");
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

function leeway(...args) {
  const { status, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: folder,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
}

/** Times of calls, in ms, for some seconds. */
async function timesOf(call) {
  for (let i = 0; i < 20; i++) await call(i);
  const times = [];
  const end = performance.now() + 1000 * seconds;
  for (let i = 0; performance.now() < end; i++) {
    const start = performance.now();
    await call(i);
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b);
}

const at = (times, share) => times[Math.min(times.length - 1, Math.floor(share * times.length))];
/** What the graph was given of some examples, by a runtime that writes it down. */
async function feedsOf(place, examples) {
  const feeds = [];
  const create = async (graph) => {
    const session = await InferenceSession.create(graph);
    const run = (inputs, outputs) => (feeds.push(inputs), session.run(inputs, outputs));
    return { inputNames: session.inputNames, run, release: () => session.release() };
  };
  const model = await load(place, { runtime: { Tensor, InferenceSession: { create } } });
  await model.predict(examples);
  await model.close();
  return feeds;
}

const results = [];
for (const [kind, { data, example, many }] of Object.entries(kinds)) {
  if (options.only !== undefined && options.only !== kind) continue;
  const runs = join(folder, `runs-${kind}`);
  leeway("train", ...(await data()), "--epochs", "1", "--runs-dir", runs);
  const place = join(folder, `model-${kind}`);
  leeway("export", join(runs, "latest"), "--output", place);
  const start = performance.now();
  const model = await load(place);
  await model.predict(example(0));
  const coldStart = performance.now() - start;
  const predictor = kind === "images" ? undefined : openPredictor(join(runs, "latest"));
  const plain = await InferenceSession.create(join(place, "model.onnx"));
  const all = Array.from({ length: many }, (_, i) => example(i));
  const [one] = await feedsOf(place, [example(1)]);
  const lots = await feedsOf(place, all);
  const singles = all.slice(0, 64);
  const ways = {
    predict: { one: (i) => model.predict(singles[i % 64]), many: () => model.predict(all) },
    onnxruntime: {
      one: () => plain.run(one, ["logits"]),
      many: async () => {
        for (const feed of lots) await plain.run(feed, ["logits"]);
      },
    },
    ...(predictor && {
      libtorch: { one: (i) => predictor.predict([singles[i % 64]]), many: () => predictor.predict(all) },
    }),
  };
  for (const [way, calls] of Object.entries(ways)) {
    const single = await timesOf(calls.one);
    const batch = await timesOf(calls.many);
    const perSecond = (1000 * many) / at(batch, 0.5);
    results.push({
      kind,
      way,
      p50: at(single, 0.5),
      p99: at(single, 0.99),
      many,
      perSecond,
      coldStart: way === "predict" ? coldStart : undefined,
    });
  }
  await Promise.all([model.close(), plain.release(), predictor?.close()]);
}
rmSync(folder, { recursive: true });
if (options.json)
  console.log(
    JSON.stringify({ node: process.version, cpu: cpus()[0]?.model, threads: cpus().length, results }),
  );
else {
  console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}\n`);
  console.log("kind     way          one p50 ms   p99 ms   many a second   load and first ms");
  for (const { kind, way, p50, p99, perSecond, coldStart } of results) {
    const cells = [kind.padEnd(8), way.padEnd(12), p50.toFixed(3).padStart(10), p99.toFixed(3).padStart(8)];
    console.log(
      [
        ...cells,
        Math.round(perSecond).toString().padStart(15),
        coldStart?.toFixed(0).padStart(19) ?? "",
      ].join(" "),
    );
  }
}
