// npm run bench [-- --json] [--rounds N] [--model resnet18]: one training step of a residual network, ours against PyTorch's, in turns.
import { parseArgs } from "node:util";
import { allowedThreads, libtorch, setThreads } from "@leeway/torch";
import { loadedBlas } from "@leeway/torch/setup";
import { processor } from "./machine.mjs";
import { median } from "./median.mjs";
import { refuse, wholeNumber } from "./options.mjs";
import { startPeer } from "./peer.mjs";
import { makeBatches, makeOurs, settings } from "./setting.mjs";

// Small, so that the losses can be compared: at the recipe's rate the last bit of a sum grows tenfold every few steps.
const lr = 1e-4;

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean" },
    rounds: { type: "string", default: "10" },
    model: { type: "string", default: "resnet32" },
  },
});
const rounds = wholeNumber(options, "rounds", { min: 2 });
const setting = settings[options.model];
if (setting === undefined) refuse(`--model to be ${Object.keys(settings).join(" or ")}`, options.model);

const threads = Math.min(2, allowedThreads());
setThreads(threads);
const batches = makeBatches(setting.stepsPerRound / 2, setting);
const fp32 = makeOurs({ network: setting, batches, precision: "fp32", lr });
const weights = fp32.model.stateDict();
const bf16 = makeOurs({ network: setting, weights, batches, precision: "bf16", lr });
const peer = await startPeer({ network: setting.model, threads, lr, weights, batches });

// A round is too short for the machine's speed to drift; the first one only warms up.
const sides = { peer: record(), peerBf16: record(), fp32: record(), bf16: record() };
for (let round = 0; round < rounds; round++) {
  add(sides.peer, await peer.run(setting.stepsPerRound, { precision: "fp32" }), round);
  add(sides.fp32, fp32.run(setting.stepsPerRound), round);
  add(sides.peerBf16, await peer.run(setting.stepsPerRound, { precision: "bf16" }), round);
  add(sides.bf16, bf16.run(setting.stepsPerRound), round);
  if (!options.json) process.stderr.write(`round ${round + 1} of ${rounds}\n`);
}
peer.end();

const report = {
  setting: { ...setting, threads, rounds },
  pytorch: {
    version: peer.facts.torch,
    fp32: { layout: "NCHW", ...compared(sides.peer) },
    bf16: { layout: "channels_last, autocast", ...compared(sides.peerBf16) },
  },
  fp32: compared(sides.fp32),
  bf16: compared(sides.bf16),
  versions: {
    node: process.versions.node,
    libtorch: libtorch().version,
    blas: loadedBlas()?.kind ?? "unknown",
    ...processor(),
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

/** Medians, the ratio to both peers, and how far the losses are from those of PyTorch in fp32. */
function compared({ times, losses }) {
  const relative = losses.map((loss, i) => Math.abs(loss - sides.peer.losses[i]) / sides.peer.losses[i]);
  return {
    median: median(times),
    ratio: median(sides.peer.times) / median(times),
    ratioToBf16: median(sides.peerBf16.times) / median(times),
    imagesPerSecond: (setting.batchSize * 1000) / median(times),
    losses: {
      steps: losses.length,
      first: losses[0],
      last: losses.at(-1),
      largestDifference: Math.max(...relative),
    },
  };
}

function print({ pytorch, fp32: single, bf16: half, versions }) {
  const row = (name, { median: ms, ratio, ratioToBf16, imagesPerSecond, losses }) =>
    [
      name.padEnd(38),
      `${ms.toFixed(1)} ms`.padStart(10),
      `${imagesPerSecond.toFixed(0)} images/s`.padStart(15),
      `${ratio.toFixed(2)}x`.padStart(8),
      `${ratioToBf16.toFixed(2)}x`.padStart(8),
      `   losses within ${losses.largestDifference.toExponential(1)}`,
    ].join("");
  const size = setting.image.slice(1).join(" x ");
  console.log(
    `${setting.model}, ${setting.batchSize} images of ${size}, ${threads} threads, ${rounds} rounds of ${setting.stepsPerRound} steps in turns; medians, ratios to both of PyTorch`,
  );
  console.log(row(`PyTorch ${pytorch.version} fp32`, pytorch.fp32));
  console.log(row("PyTorch bf16 autocast, channels_last", pytorch.bf16));
  console.log(row("Leeway fp32", single));
  console.log(row("Leeway bf16", half));
  console.log(`${versions.cpu} (${versions.kernels.join(", ")})`);
  console.log(`libtorch ${versions.libtorch}, BLAS ${versions.blas}, Node ${versions.node}`);
}
