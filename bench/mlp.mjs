// npm run bench:mlp [-- --json] [--rounds N] [--batch N]: a training step of the network for tables, as a custom table has
// it by default, ours against the same in PyTorch eager on the same batches, in turns, with one thread and with two.
import { parseArgs } from "node:util";
import {
  allowedThreads,
  Generator,
  keep,
  libtorch,
  optim,
  randn,
  setThreads,
  slice,
  tensor,
} from "@leeway/torch";
import { loadedBlas } from "@leeway/torch/setup";
import { lossOf } from "../packages/leeway/dist/losses/index.js";
import { Mlp } from "../packages/leeway/dist/models/index.js";
import { trainingStep } from "../packages/leeway/dist/training/index.js";
import { median } from "./median.mjs";
import { startPeer } from "./peer.mjs";

const setting = { numeric: 30, categories: [3, 4, 8, 13, 25, 51, 201, 901], classes: 5 };
const batchCount = 20;
const stepsPerRound = 100;
const lr = 1e-4; // small, so that losses can be compared

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean" },
    rounds: { type: "string", default: "10" },
    batch: { type: "string", default: "512" },
  },
});
const [rounds, batchSize] = [Number(options.rounds), Number(options.batch)];
for (const [name, value, min] of [
  ["rounds", rounds, 2],
  ["batch", batchSize, 1],
]) {
  if (Number.isInteger(value) && value >= min) continue;
  console.error(`bench: expected --${name} to be a whole number of at least ${min}, got ${options[name]}.`);
  process.exit(2);
}

const batches = makeBatches();
const threadCounts = allowedThreads() < 2 ? [1] : [1, 2];
const measured = [];
for (const threads of threadCounts) measured.push(await measure(threads));
const versions = {
  node: process.versions.node,
  libtorch: libtorch().version,
  blas: loadedBlas()?.kind ?? "unknown",
};
const report = { setting: { ...setting, batchSize, rounds, stepsPerRound }, measured, versions };
if (options.json) console.log(JSON.stringify(report));
else print(report);

async function measure(threads) {
  setThreads(threads);
  const ours = makeOurs();
  const { model } = ours;
  const shared = {
    weights: model.stateDict(),
    batches: { ...batches, offsets: tensor(Float32Array.from(offsets())) },
  };
  const peer = await startPeer({ script: "mlp-peer.py", threads, lr, ...shared });
  // A round is too short for the machine's speed to drift; the first one only warms up.
  const sides = { plain: record(), foreach: record(), ours: record() };
  for (let round = 0; round < rounds; round++) {
    add(sides.plain, await peer.run(stepsPerRound, { foreach: false }), round);
    add(sides.foreach, await peer.run(stepsPerRound, { foreach: true }), round);
    add(sides.ours, ours.run(stepsPerRound), round);
  }
  peer.end();
  const [plain, foreach, mine] = [sides.plain, sides.foreach, sides.ours].map(({ times }) => median(times));
  const differences = sides.ours.losses.map((loss, i) => Math.abs(loss / sides.plain.losses[i] - 1));
  return {
    ...{ threads, plain, foreach, ours: mine, ratio: plain / mine, ratioToForeach: foreach / mine },
    losses: { first: sides.ours.losses[0], last: sides.ours.losses.at(-1) },
    largestDifference: Math.max(...differences),
    pytorch: peer.facts.torch,
  };
}

/** Our network, at every measurement with the same first weights. `run(n)` gives each step's milliseconds and loss. */
function makeOurs() {
  const { numeric, categories, classes } = setting;
  const generator = new Generator(0);
  const model = new Mlp(classes, { numeric, categories, classifier: "linear", generator });
  const optimizer = new optim.Adam(model.parameters(), { lr });
  const loss = lossOf({ kind: "vector-scaling", multipliers: null, offsets: offsets(), scale: 1 });
  const session = { model, optimizer, loss, recipe: { precision: "fp32" }, device: "cpu" };
  const ready = Array.from({ length: batchCount }, (_, b) => {
    const part = (all) => keep(slice(all, 0, { start: b, end: b + 1 }).reshape(all.shape.slice(1)));
    return { inputs: [part(batches.values), part(batches.codes)], targets: part(batches.targets) };
  });
  let steps = 0;
  const run = (count) => {
    const [times, losses] = [[], []];
    for (let i = 0; i < count; i++) {
      const { inputs, targets } = ready[steps++ % batchCount];
      const began = performance.now();
      losses.push(trainingStep(session, { inputs, targets, classWeights: null }).loss);
      times.push(performance.now() - began);
    }
    return { times, losses };
  };
  return { model, run };
}

/** Rows of noise, and codes of which the first tells the class now and then; batch after batch. */
function makeBatches() {
  const { numeric, categories, classes } = setting;
  let state = 1;
  const below = (count) => (state = (state * 48_271) % 2_147_483_647) % count;
  const rows = batchCount * batchSize;
  const targets = BigInt64Array.from({ length: rows }, () => BigInt(below(classes)));
  const codes = BigInt64Array.from({ length: rows * categories.length }, (_, i) => {
    const [row, g] = [Math.floor(i / categories.length), i % categories.length];
    return g === 0 && below(2) === 0 ? targets[row] % 3n : BigInt(below(categories[g]));
  });
  const shape = [batchCount, batchSize];
  return {
    values: keep(randn([...shape, numeric], { generator: new Generator(1) })),
    codes: keep(tensor(codes, [...shape, categories.length])),
    targets: keep(tensor(targets, shape)),
  };
}

/** Of logit adjustment, log π_j, with class sizes that halve. */
function offsets() {
  const counts = Array.from({ length: setting.classes }, (_, j) => 2 ** -j);
  const sum = counts.reduce((total, count) => total + count);
  return Float64Array.from(counts, (count) => Math.log(count / sum));
}

function record() {
  return { times: [], losses: [] };
}

function add(side, { times, losses }, round) {
  if (round > 0) side.times.push(...times);
  side.losses.push(...losses);
}

function print({ measured, versions }) {
  const { numeric, categories } = setting;
  console.log(
    `MLP of ${numeric} numbers and ${categories.length} categories, batch ${batchSize}, Adam, logit adjustment, ` +
      `${rounds} rounds of ${stepsPerRound} steps in turns; medians`,
  );
  const row = (name, ms, more = "") =>
    console.log(`${name.padEnd(36)}${ms.toFixed(2).padStart(7)} ms   ${more}`);
  for (const {
    threads,
    plain,
    foreach,
    ours,
    ratio,
    ratioToForeach,
    largestDifference,
    pytorch,
  } of measured) {
    const of = threads === 1 ? "1 thread" : `${threads} threads`;
    row(`PyTorch ${pytorch}, ${of}`, plain);
    row("  its optimizer over lists (foreach)", foreach);
    row(
      `Leeway, ${of}`,
      ours,
      `${ratio.toFixed(2)}x, ${ratioToForeach.toFixed(2)}x of foreach; losses within ${largestDifference.toExponential(1)}`,
    );
  }
  console.log(`libtorch ${versions.libtorch}, BLAS ${versions.blas}, Node ${versions.node}`);
}
