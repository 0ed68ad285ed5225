// npm run bench:mlp [-- --json] [--rounds N] [--batch N]: a training step of the network for tables, as a custom table has
// it by default, ours against the same in PyTorch eager on the same batches, in turns, with one thread and with two.
import { parseArgs } from "node:util";
import { allowedThreads, keep, libtorch, optim, setThreads, slice, tensor } from "@leeway/torch";
import { loadedBlas } from "@leeway/torch/setup";
import { lossOf } from "../packages/leeway/dist/losses/index.js";
import { trainingStep } from "../packages/leeway/dist/training/index.js";
import { median } from "./median.mjs";
import { wholeNumber } from "./options.mjs";
import { startPeer } from "./peer.mjs";
import { makeNetwork, makeRows, setting } from "./table-network.mjs";

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
const [rounds, batchSize] = [wholeNumber(options, "rounds", { min: 2 }), wholeNumber(options, "batch")];

const batches = makeRows(batchCount, batchSize);
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
  const model = makeNetwork();
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
