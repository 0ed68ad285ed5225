// npm run bench:predict [-- --seconds 2] [-- --only rows] [-- --models FOLDER] [-- --json]: one request and many, for a
// model of each kind. Two sides begin from the same example (a row, a vector, a text, pixels, a file of an image) and end
// with its probabilities: @leeway/predict, and plain onnxruntime with inputs that our reader makes. In the same turns
// what that reader and the graph take by themselves is timed; what is left of ours is the queue, the decision and the
// names. Small models are trained and exported first, into FOLDER to keep them. Run it on an idle machine.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { imageDecoder } from "../packages/leeway/dist/exported/decode.js";
import { openPredictor } from "../packages/leeway/dist/index.js";
import { exampleReader } from "../packages/leeway/dist/preparation/index.js";
import { load } from "../packages/predict/dist/node.js";
import { wholeNumber } from "./options.mjs";
import { predictKinds } from "./predict-kinds.mjs";

const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "2" },
    only: { type: "string" },
    models: { type: "string" },
    json: { type: "boolean" },
  },
});
const seconds = wholeNumber(options, "seconds");
const folder = options.models ?? mkdtempSync(join(tmpdir(), "leeway-bench-predict-"));
mkdirSync(folder, { recursive: true });
const program = fileURLToPath(new URL("../packages/leeway/bin/leeway.js", import.meta.url));

function leeway(...args) {
  const { status, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: folder,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
}

/** The run and the exported model of a kind. */
async function modelOf(kind) {
  const [runs, place] = [join(folder, `runs-${kind}`), join(folder, `model-${kind}`)];
  if (!existsSync(place)) {
    leeway(
      "train",
      ...(await predictKinds[kind].data(folder)),
      "--epochs",
      "1",
      "--no-report",
      "--runs-dir",
      runs,
    );
    leeway("export", join(runs, "latest"), "--output", place);
  }
  return { run: join(runs, "latest"), place };
}

const types = new Map([
  [Float64Array, "float64"],
  [Float32Array, "float32"],
  [BigInt64Array, "int64"],
  [Uint8Array, "uint8"],
]);

/** Inputs of a graph by our reader, as a plain user of onnxruntime would have to make them. */
function plainReader(place) {
  const { kind, reading } = JSON.parse(readFileSync(join(place, "model.json"), "utf8"));
  const path = join(place, "preparation.json");
  const record = JSON.parse(readFileSync(path, "utf8"));
  const reader = exampleReader({ kind, record, path, options: reading?.options });
  const decode = kind === "image" ? imageDecoder(record, path) : undefined;
  return async (examples) => {
    const some = decode ? await Promise.all(examples.map((each) => decode(each, []))) : examples;
    const { inputs } = reader.read(some, () => []);
    const made = Object.entries(inputs(some.map((_, i) => i)));
    return Object.fromEntries(
      made.map(([name, { data, dims }]) => [name, new Tensor(types.get(data.constructor), data, dims)]),
    );
  };
}

/**
 * Times of calls in ms, in turns of so many, for some seconds after a quarter of that: what slows the machine down slows
 * all.
 */
async function timesOf(calls, turn) {
  const names = Object.keys(calls);
  const times = Object.fromEntries(names.map((name) => [name, []]));
  const begin = performance.now() + 250 * seconds;
  for (let round = 0; performance.now() < begin + 1000 * seconds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      for (let i = 0; i < turn && performance.now() < begin + 1000 * seconds; i++) {
        const start = performance.now();
        await calls[name](round * turn + i);
        if (start >= begin || times[name].length === 0) times[name].push(performance.now() - start);
      }
    }
  }
  return Object.fromEntries(names.map((name) => [name, times[name].slice(1).sort((a, b) => a - b)]));
}

const at = (times, share) => times[Math.min(times.length - 1, Math.floor(share * times.length))];
const medians = (times) => Object.fromEntries(Object.entries(times).map(([name, t]) => [name, at(t, 0.5)]));

async function measured(kind, { example, many, batch }) {
  const { run, place } = await modelOf(kind);
  const all = await Promise.all(Array.from({ length: many }, (_, i) => example(i)));
  const coldStart = await coldStartOf(place, all[0]);
  // One session for both: threads of a second one would wait for work, spinning, while the first computes.
  const plain = await InferenceSession.create(join(place, "model.onnx"));
  const model = await load(place, { runtime: { Tensor, InferenceSession: { create: async () => plain } } });
  const read = plainReader(place);
  const made = await Promise.all(all.slice(0, 64).map((each) => read([each])));
  const compute = (feeds) => plain.run(feeds, ["probabilities"]);
  const singles = await timesOf(
    {
      predict: (i) => model.predict(all[i % 64]),
      plain: async (i) => compute(await read([all[i % 64]])),
      reading: (i) => read([all[i % 64]]),
      graph: (i) => compute(made[i % 64]),
    },
    32,
  );
  const lots = await timesOf(
    {
      predict: () => model.predict(all),
      plain: async () => {
        for (let from = 0; from < many; from += batch)
          await compute(await read(all.slice(from, from + batch)));
      },
    },
    1,
  );
  const isImage = kind === "pixels" || kind === "files"; // libtorch is asked for files by their paths
  const libtorch = isImage ? undefined : await libtorchOf(run, all);
  await model.close();
  const one = medians(singles);
  const perSecond = Object.entries(medians(lots)).map(([name, ms]) => [name, (1000 * many) / ms]);
  return {
    ...{ kind, coldStart, ...one, queueAndDecision: one.predict - one.reading - one.graph },
    ...{ p99: at(singles.predict, 0.99), plainP99: at(singles.plain, 0.99) },
    ...{ over: one.predict / one.plain - 1, many, perSecond: Object.fromEntries(perSecond), libtorch },
  };
}

/** Loading and the first prediction, in ms. */
async function coldStartOf(place, example) {
  const start = performance.now();
  const model = await load(place);
  await model.predict(example);
  const ms = performance.now() - start;
  await model.close();
  return ms;
}

async function libtorchOf(run, all) {
  const predictor = openPredictor(run);
  const one = await timesOf({ libtorch: (i) => predictor.predict([all[i % 64]]) }, 32);
  const lots = await timesOf({ libtorch: () => predictor.predict(all) }, 1);
  await predictor.close();
  return { one: at(one.libtorch, 0.5), perSecond: (1000 * all.length) / at(lots.libtorch, 0.5) };
}

const results = [];
for (const [kind, what] of Object.entries(predictKinds)) {
  if (options.only === undefined || options.only === kind) results.push(await measured(kind, what));
}
if (options.models === undefined) rmSync(folder, { recursive: true });

function table() {
  const head = [
    ...["", "predict p50", "p99", "plain p50", "p99", "over plain", "reading", "graph", "queue, decision"],
    ...["many/s", "plain many/s", "libtorch one", "many/s", "load and first"],
  ];
  const ms = (value) => (value === undefined ? "" : `${value.toFixed(3)} ms`);
  const whole = (value) => (value === undefined ? "" : Math.round(value).toLocaleString("en"));
  const rows = results.map((r) => [
    ...[r.kind, ms(r.predict), ms(r.p99), ms(r.plain), ms(r.plainP99), `${(100 * r.over).toFixed(0)} %`],
    ...[r.reading, r.graph, r.queueAndDecision].map(ms),
    ...[whole(r.perSecond.predict), whole(r.perSecond.plain)],
    ...[ms(r.libtorch?.one), whole(r.libtorch?.perSecond), `${r.coldStart.toFixed(0)} ms`],
  ]);
  return [head, head.map((_, i) => (i === 0 ? "---" : "--:")), ...rows].map(
    (row) => `| ${row.join(" | ")} |`,
  );
}

const machine = { node: process.version, cpu: cpus()[0]?.model, threads: cpus().length };
if (options.json) console.log(JSON.stringify({ ...machine, results }));
else console.log([`Node ${machine.node}, ${machine.threads} x ${machine.cpu}`, "", ...table()].join("\n"));
