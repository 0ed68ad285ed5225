// npm run bench:lstm [-- --json] [--rounds N] [--threads N]: a training step of the two-layer bidirectional LSTM, ours in
// float32 and bfloat16 against PyTorch's nn.LSTM on the same batches, dense and packed, in turns; and what texts of very
// different lengths in a batch cost.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { allowedThreads, Generator, keep, libtorch, optim, setThreads, tensor } from "@leeway/torch";
import { loadedBlas } from "@leeway/torch/setup";
import { textDataset } from "../packages/leeway/dist/data/index.js";
import { crossEntropyLoss } from "../packages/leeway/dist/losses/index.js";
import { BiLstm } from "../packages/leeway/dist/models/index.js";
import { trainingStep } from "../packages/leeway/dist/training/index.js";
import { processor } from "./machine.mjs";
import { median } from "./median.mjs";
import { wholeNumber } from "./options.mjs";
import { startPeer } from "./peer.mjs";

const setting = { model: "bilstm", batchSize: 64, longest: 200, shortest: 180, vocabulary: 25_000 };
const stepsPerRound = 3;
const batchCount = 6;
const lr = 1e-4;

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean" },
    rounds: { type: "string", default: "8" },
    threads: { type: "string", default: String(Math.min(2, allowedThreads())) },
  },
});
const [rounds, threads] = [wholeNumber(options, "rounds", { min: 2 }), wholeNumber(options, "threads")];
setThreads(threads);

const even = textsOf(batchCount * setting.batchSize, ({ uniform }) =>
  Math.round(setting.shortest + uniform() * (setting.longest - setting.shortest)),
);
const batches = Array.from({ length: batchCount }, (_, b) => oneBatch(even, b));
const fp32 = makeOurs("fp32");
const weights = fp32.model.stateDict();
const bf16 = makeOurs("bf16", weights);
const peer = await startPeer({
  script: "lstm-peer.py",
  ...{ threads, lr, weights, batches: stacked(batches), env: sameBlas() },
});

// A round is too short for the machine's speed to drift; the first one only warms up.
const sides = { dense: record(), packed: record(), fp32: record(), bf16: record() };
for (let round = 0; round < rounds; round++) {
  add(sides.dense, await peer.run(stepsPerRound, { packed: false }), round);
  add(sides.fp32, fp32.run(), round);
  add(sides.packed, await peer.run(1, { packed: true }), round); // it takes as long as all others together
  add(sides.bf16, bf16.run(), round);
  if (!options.json) process.stderr.write(`round ${round + 1} of ${rounds}\n`);
}
peer.end();

const report = {
  setting: { ...setting, threads, rounds, stepsPerRound },
  dense: { median: median(sides.dense.times), version: peer.facts.torch },
  packed: { median: median(sides.packed.times) },
  fp32: compared(sides.fp32),
  bf16: compared(sides.bf16),
  buckets: bucketGain(),
  versions: {
    node: process.versions.node,
    libtorch: libtorch().version,
    blas: loadedBlas()?.kind ?? "unknown",
    ...processor(),
  },
};
if (options.json) console.log(JSON.stringify(report));
else print(report);

/** Medians and ratios, and how far losses are from those of packed sequences, which padding does not change either. */
function compared({ times, losses }) {
  const theirs = sides.packed.losses;
  return {
    median: median(times),
    ratioToDense: median(sides.dense.times) / median(times),
    ratioToPacked: median(sides.packed.times) / median(times),
    largestDifference: Math.max(...theirs.map((loss, i) => Math.abs(losses[i] - loss) / loss)),
  };
}

/** What makes the loader give the peer our BLAS: another package's may be several times slower beside libtorch's threads. */
function sameBlas() {
  const file = loadedBlas()?.file ?? null;
  const dir = file === null ? null : dirname(file);
  return dir !== null && existsSync(join(dir, "libblas.so.3")) ? { LD_LIBRARY_PATH: dir } : {};
}

/** Our network with what trains it; without dropout, so that losses can be compared. */
function makeOurs(precision, weights) {
  const { vocabulary } = setting;
  const model = new BiLstm(2, { vocabulary, dropout: 0, generator: new Generator(0) });
  if (weights !== undefined) model.loadStateDict(weights);
  const optimizer = new optim.Adam(model.parameters(), { lr });
  const session = { model, optimizer, loss: crossEntropyLoss(), recipe: { precision }, device: "cpu" };
  const step = ({ inputs, targets }) => trainingStep(session, { inputs, targets, classWeights: null }).loss;
  let steps = 0;
  const run = () => {
    const mine = record();
    for (let i = 0; i < stepsPerRound; i++) {
      const began = performance.now();
      mine.losses.push(step(batches[steps++ % batchCount]));
      mine.times.push(performance.now() - began);
    }
    return mine;
  };
  return { model, step, run };
}

/** Texts of random words; word 2 tells the class, faintly. */
function textsOf(count, lengthOf) {
  let state = 1;
  const uniform = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const labels = Int32Array.from({ length: count }, (_, i) => i % 2);
  const words = Array.from({ length: count }, (_, i) =>
    Int32Array.from({ length: lengthOf({ uniform }) }, (_word, t) =>
      t % 20 === 0 && labels[i] === 1 ? 2 : 3 + Math.floor(uniform() * (setting.vocabulary - 3)),
    ),
  );
  const ids = Uint32Array.from({ length: count }, (_, i) => i);
  const input = { kind: "text", vocabulary: setting.vocabulary };
  return textDataset({ name: "bench", classNames: ["a", "b"], labels, ids, input, words });
}

/** Batch number b of the texts as they come, as tensors, padded to one length. */
function oneBatch(texts, b) {
  const order = Array.from({ length: setting.batchSize }, (_, i) => b * setting.batchSize + i);
  return tensorsOf([...texts.batches(order, { batchSize: setting.batchSize })][0], setting.longest);
}

function tensorsOf({ inputs: [tokens, lengths], targets, length }, width = tokens.shape[1]) {
  const padded = new Int32Array(length * width);
  for (let row = 0; row < length; row++) {
    padded.set(tokens.values.subarray(row * tokens.shape[1], (row + 1) * tokens.shape[1]), row * width);
  }
  const int64 = (values, shape) => keep(tensor(BigInt64Array.from(values, BigInt), shape));
  return {
    inputs: [int64(padded, [length, width]), int64(lengths.values, [length])],
    targets: int64(targets, [length]),
  };
}

function stacked(all) {
  const join = (of) => {
    const parts = all.map(of);
    const values = parts.flatMap((part) => [...part.data()]);
    return tensor(BigInt64Array.from(values), [all.length, ...parts[0].shape]);
  };
  return {
    tokens: join(({ inputs }) => inputs[0]),
    lengths: join(({ inputs }) => inputs[1]),
    targets: join(({ targets }) => targets),
  };
}

/** The time and the padding of a pass over texts of very different lengths, in any order and in buckets. */
function bucketGain() {
  // Log-normal, as lengths of reviews are: half of them above 175 words, cut at 400.
  const count = 8 * setting.batchSize;
  const normal = (uniform) => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const texts = textsOf(count, ({ uniform }) =>
    Math.max(10, Math.min(400, Math.round(175 * Math.exp(0.6 * normal(uniform))))),
  );
  const all = Array.from({ length: count }, (_, i) => i);
  const { batchSize } = setting;
  const asTheyCome = Array.from({ length: count / batchSize }, (_, b) =>
    tensorsOf([...texts.batches(all.slice(b * batchSize, (b + 1) * batchSize), { batchSize })][0]),
  );
  const bucketed = [...texts.batches(all, { batchSize })].map((batch) => tensorsOf(batch));
  const pass = (these) => {
    const began = performance.now();
    for (const batch of these) fp32.step(batch);
    return performance.now() - began;
  };
  const times = { asTheyCome: [], bucketed: [] };
  for (let round = 0; round < 3; round++) {
    times.asTheyCome.push(pass(asTheyCome));
    times.bucketed.push(pass(bucketed));
  }
  const places = (these) =>
    these.reduce((sum, { inputs }) => sum + inputs[0].shape[0] * inputs[0].shape[1], 0);
  const words = texts.words.reduce((sum, { length }) => sum + length, 0);
  return {
    ratio: median(times.asTheyCome) / median(times.bucketed),
    padding: { asTheyCome: 1 - words / places(asTheyCome), bucketed: 1 - words / places(bucketed) },
  };
}

function record() {
  return { times: [], losses: [] };
}

function add(side, { times, losses }, round) {
  if (round > 0) side.times.push(...times);
  side.losses.push(...losses);
}

function print({ dense, packed, fp32: single, bf16: half, buckets, versions }) {
  const row = (name, ms, more = "") => `${name.padEnd(30)}${`${ms.toFixed(0)} ms`.padStart(10)}   ${more}`;
  const share = (part) => `${(100 * part).toFixed(0)} %`;
  const ours = (name, { median: ms, ratioToDense, ratioToPacked, largestDifference }) =>
    row(
      name,
      ms,
      `${ratioToDense.toFixed(2)}x dense, ${ratioToPacked.toFixed(1)}x packed, losses within ${largestDifference.toExponential(1)} of packed`,
    );
  console.log(
    `Two-layer bidirectional LSTM, ${setting.batchSize} texts of ${setting.shortest} to ${setting.longest} words, ` +
      `${threads} threads, ${rounds} rounds of ${stepsPerRound} steps in turns; medians`,
  );
  console.log(row(`PyTorch ${dense.version} fp32, dense`, dense.median, "reads padding"));
  console.log(row("PyTorch fp32, packed", packed.median));
  console.log(ours("Leeway fp32", single));
  console.log(ours("Leeway bf16", half));
  console.log(
    `Texts of 10 to 400 words in any order: ${buckets.ratio.toFixed(2)}x the time of batches of similar lengths, whose padding is ${share(buckets.padding.bucketed)} instead of ${share(buckets.padding.asTheyCome)}`,
  );
  console.log(`${versions.cpu} (${versions.kernels.join(", ")})`);
  console.log(`libtorch ${versions.libtorch}, BLAS ${versions.blas}, Node ${versions.node}`);
}
