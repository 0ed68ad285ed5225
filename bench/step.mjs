// npm run bench [-- --json] [--rounds N]: one training step of ResNet-32, ours against PyTorch's, in turns.
import { parseArgs } from "node:util";
import { allowedThreads, libtorch, setThreads } from "@leeway/torch";
import { loadedBlas } from "@leeway/torch/setup";
import { startPeer } from "./peer.mjs";
import { makeBatches, makeOurs, setting } from "./setting.mjs";

const stepsPerRound = 20;
// Small, so that the losses can be compared: at the recipe's rate the last bit of a sum grows tenfold every few steps.
const lr = 1e-4;

const { values: options } = parseArgs({
  options: { json: { type: "boolean" }, rounds: { type: "string", default: "10" } },
});
const rounds = Number(options.rounds);
if (!Number.isInteger(rounds) || rounds < 2) {
  console.error(`bench: expected --rounds to be a whole number of at least 2, got ${options.rounds}.`);
  process.exit(2);
}

const threads = Math.min(2, allowedThreads());
setThreads(threads);
const batches = makeBatches(10);
const fp32 = makeOurs({ batches, precision: "fp32", lr });
const weights = fp32.model.stateDict();
const bf16 = makeOurs({ weights, batches, precision: "bf16", lr });
const peer = await startPeer({ threads, lr, weights, batches });

// A round is too short for the machine's speed to drift; the first one only warms up.
const sides = { peer: record(), fp32: record(), bf16: record() };
for (let round = 0; round < rounds; round++) {
  add(sides.peer, await peer.run(stepsPerRound), round);
  add(sides.fp32, fp32.run(stepsPerRound), round);
  add(sides.bf16, bf16.run(stepsPerRound), round);
  if (!options.json) process.stderr.write(`round ${round + 1} of ${rounds}\n`);
}
peer.end();

const report = {
  setting: { ...setting, threads, rounds, stepsPerRound },
  pytorch: { median: median(sides.peer.times), version: peer.facts.torch, layout: "NCHW", precision: "fp32" },
  fp32: compared(sides.fp32),
  bf16: compared(sides.bf16),
  versions: {
    node: process.versions.node,
    libtorch: libtorch().version,
    blas: loadedBlas()?.kind ?? "unknown",
  },
};
if (options.json) console.log(JSON.stringify(report));
else print(report);

function record() {
  return { times: [], losses: [] };
}

function add(side, { times, losses }, round) {
  if (round > 0) side.times.push(...times);
  side.losses.push(...losses);
}

function compared({ times, losses }) {
  const relative = losses.map((loss, i) => Math.abs(loss - sides.peer.losses[i]) / sides.peer.losses[i]);
  return {
    median: median(times),
    ratio: median(sides.peer.times) / median(times),
    imagesPerSecond: (setting.batchSize * 1000) / median(times),
    losses: {
      steps: losses.length,
      first: losses[0],
      last: losses.at(-1),
      largestDifference: Math.max(...relative),
    },
  };
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function print({ pytorch, fp32: single, bf16: half, versions }) {
  const row = (name, { median: ms, ratio = 1, imagesPerSecond = (setting.batchSize * 1000) / ms, losses }) =>
    [
      name.padEnd(24),
      `${ms.toFixed(1)} ms`.padStart(10),
      `${imagesPerSecond.toFixed(0)} images/s`.padStart(15),
      `${ratio.toFixed(2)}x`.padStart(8),
      losses === undefined ? "" : `   losses within ${losses.largestDifference.toExponential(1)}`,
    ].join("");
  console.log(
    `${setting.model}, batch ${setting.batchSize}, ${threads} threads, ${rounds} rounds of ${stepsPerRound} steps in turns; medians`,
  );
  console.log(row(`PyTorch ${pytorch.version} fp32`, pytorch));
  console.log(row("Leeway fp32", single));
  console.log(row("Leeway bf16", half));
  console.log(`libtorch ${versions.libtorch}, BLAS ${versions.blas}, Node ${versions.node}`);
}
