// npm run bench:epoch [-- --only KIND] [--rounds N] [--threads N] [--json]: whole epochs, with reading, augmenting,
// batching and the loop around them, against bare steps on the same batches as tensors, in turns, for each kind of data.
// Of tables and embeddings also what a mere copy of rows takes, which is the least that batching can cost.
import { parseArgs } from "node:util";
import { allowedThreads, gatherRows, keep, scope, setThreads } from "@leeway/torch";
import { epochOrder } from "../packages/leeway/dist/data/index.js";
import { batchTensors } from "../packages/leeway/dist/models/index.js";
import { train, trainingStep } from "../packages/leeway/dist/training/index.js";
import { kinds, sessionOn } from "./epoch-data.mjs";
import { processor } from "./machine.mjs";
import { median } from "./median.mjs";
import { listed, wholeNumber } from "./options.mjs";

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean" },
    rounds: { type: "string", default: "5" },
    only: { type: "string" },
    precision: { type: "string" },
    threads: { type: "string", default: String(Math.min(2, allowedThreads())) },
  },
});
const [rounds, threads] = [wholeNumber(options, "rounds", { min: 2 }), wholeNumber(options, "threads")];
const names = listed(options, "only", Object.keys(kinds));
setThreads(threads);

const reports = [];
for (const name of names) {
  const precisions = kinds[name].both ? ["fp32", "bf16"] : ["fp32"];
  for (const precision of precisions) {
    if (options.precision !== undefined && options.precision !== precision) continue;
    const report = { kind: name, precision, ...(await measure(kinds[name], precision)) };
    reports.push(report);
    if (!options.json) print(report);
  }
}
if (options.json) console.log(JSON.stringify({ threads, rounds, reports, ...processor() }));
else {
  const { cpu, kernels } = processor();
  console.log(`${threads} threads, medians of ${rounds - 1} rounds in turns, ${cpu} (${kernels.join(", ")})`);
}

async function measure(kind, precision) {
  const { batchSize, steps } = kind;
  const dataset = kind.make(steps * batchSize);
  const session = sessionOn(dataset, kind, { method: "erm", precision, epochs: rounds });
  const held = [];
  for await (const batch of dataset.batches(dataset.ids, { batchSize })) {
    const { inputs, targets } = scope(() => batchTensors(batch, "cpu"));
    held.push({ inputs: inputs.map(keep), targets: keep(targets), classWeights: null });
  }
  const times = { epoch: [], bare: [], copy: [] };
  const copyRows = rowCopier(dataset, held[0].inputs);
  let began = performance.now();
  for await (const event of train(session)) {
    if (event.kind !== "epoch") continue;
    times.epoch.push((performance.now() - began) / steps);
    const bareBegan = performance.now();
    for (const batch of held) trainingStep(session, batch);
    const copyBegan = performance.now();
    times.bare.push((copyBegan - bareBegan) / steps);
    copyRows(event.record.epoch, batchSize);
    times.copy.push((performance.now() - copyBegan) / steps);
    began = performance.now();
  }
  for (const { inputs, targets } of held) for (const each of [...inputs, targets]) each.dispose();
  // The first round warms up.
  const [epoch, bare, copy] = [times.epoch, times.bare, times.copy].map((each) => median(each.slice(1)));
  return { epoch, bare, lost: epoch / bare - 1, ...(isRows(dataset) && { copy }) };
}

function isRows({ input }) {
  return input.kind === "table" || input.kind === "embedding";
}

/** Copies rows as long as a dataset's to a tensor a batch, in the order of an epoch and nothing else. */
function rowCopier(dataset, inputs) {
  if (!isRows(dataset)) return () => undefined;
  const width = inputs.reduce((sum, { shape }) => sum + shape[1], 0);
  const { labels } = dataset;
  const matrix = new Float32Array(labels.length * width).fill(1); // zeros would be one page of memory
  const odds = dataset.classNames.map(() => 1);
  const orders = Array.from({ length: rounds }, (_, epoch) => epochOrder(labels, odds, { seed: 0, epoch }));
  return (epoch, batchSize) => {
    const order = orders[epoch];
    for (let at = 0; at < order.length; at += batchSize) {
      scope(() => void gatherRows(matrix, order.subarray(at, at + batchSize), { width }));
    }
  };
}

function print({ kind, precision, epoch, bare, lost, copy }) {
  const ms = (value) => `${value.toFixed(value < 20 ? 3 : 1)} ms`.padStart(10);
  const { title } = kinds[kind];
  console.log(
    `${title.padEnd(42)} ${precision}   bare step ${ms(bare)}   of an epoch ${ms(epoch)}   lost ${(lost * 100).toFixed(1)} %` +
      (copy === undefined ? "" : `   a copy of the rows ${ms(copy)}, ${((copy / bare) * 100).toFixed(1)} %`),
  );
}
