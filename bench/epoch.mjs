// npm run bench:epoch [-- --only KIND] [--rounds N] [--threads N] [--json]: whole epochs, with reading, augmenting,
// batching and the loop around them, against bare steps on the same batches as tensors, in turns, for each kind of data.
import { parseArgs } from "node:util";
import { allowedThreads, keep, scope, setThreads } from "@leeway/torch";
import { batchTensors } from "../packages/leeway/dist/models/index.js";
import { recipeFor } from "../packages/leeway/dist/recipe/index.js";
import { startSession, train, trainingStep } from "../packages/leeway/dist/training/index.js";
import { kinds } from "./epoch-data.mjs";
import { median } from "./median.mjs";

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean" },
    rounds: { type: "string", default: "5" },
    only: { type: "string" },
    precision: { type: "string" },
    threads: { type: "string", default: String(Math.min(2, allowedThreads())) },
  },
});
const [rounds, threads] = [Number(options.rounds), Number(options.threads)];
if (!Number.isInteger(rounds) || rounds < 2) {
  console.error(`bench: expected --rounds to be a whole number of at least 2, got ${options.rounds}.`);
  process.exit(2);
}
const names = options.only === undefined ? Object.keys(kinds) : options.only.split(",");
const unknown = names.find((name) => !(name in kinds));
if (unknown !== undefined) {
  console.error(`bench: expected --only to name ${Object.keys(kinds).join(", ")}, got ${unknown}.`);
  process.exit(2);
}
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
if (options.json) console.log(JSON.stringify({ threads, rounds, reports }));

async function measure({ input, model, batchSize, steps, make }, precision) {
  const dataset = make(steps * batchSize);
  const counts = dataset.classNames.map(() => dataset.labels.length / dataset.classNames.length);
  const recipe = recipeFor("noise", {
    source: { kind: input, paths: ["noise"] },
    ...{
      method: "erm",
      model,
      precision,
      batchSize,
      epochs: rounds,
      validationFraction: 0,
      profile: "natural",
    },
  });
  const session = startSession(recipe, { train: dataset, validation: null, test: dataset, counts });
  const held = [];
  for await (const batch of dataset.batches(dataset.ids, { batchSize })) {
    const { inputs, targets } = scope(() => batchTensors(batch, "cpu"));
    held.push({ inputs: inputs.map(keep), targets: keep(targets), classWeights: null });
  }
  const times = { epoch: [], bare: [] };
  let began = performance.now();
  for await (const event of train(session)) {
    if (event.kind !== "epoch") continue;
    times.epoch.push((performance.now() - began) / steps);
    const bareBegan = performance.now();
    for (const batch of held) trainingStep(session, batch);
    times.bare.push((performance.now() - bareBegan) / steps);
    began = performance.now();
  }
  for (const { inputs, targets } of held) for (const each of [...inputs, targets]) each.dispose();
  // The first round warms up.
  const [epoch, bare] = [times.epoch, times.bare].map((each) => median(each.slice(1)));
  return { epoch, bare, lost: epoch / bare - 1 };
}

function print({ kind, precision, epoch, bare, lost }) {
  const ms = (value) => `${value.toFixed(value < 20 ? 3 : 1)} ms`.padStart(10);
  const { title } = kinds[kind];
  console.log(
    `${title.padEnd(42)} ${precision}   bare step ${ms(bare)}   of an epoch ${ms(epoch)}   lost ${(lost * 100).toFixed(1)} %`,
  );
}
