// npm run bench:epoch [-- --json] [--rounds N]: what reading, augmenting and batching cost, next to bare steps.
import { parseArgs } from "node:util";
import { keep, randn, tensor } from "@leeway/torch";
import { imageDataset } from "../packages/leeway/dist/data/index.js";
import { recipeFor } from "../packages/leeway/dist/recipe/index.js";
import { startSession, train, trainingStep } from "../packages/leeway/dist/training/index.js";
import { setting } from "./setting.mjs";

const stepsPerEpoch = 30;
const { values: options } = parseArgs({
  options: {
    json: { type: "boolean" },
    rounds: { type: "string", default: "4" },
    precision: { type: "string", default: "bf16" },
  },
});
const rounds = Number(options.rounds);
if (!Number.isInteger(rounds) || rounds < 2) {
  console.error(`bench: expected --rounds to be a whole number of at least 2, got ${options.rounds}.`);
  process.exit(2);
}

// The data are noise: their values change nothing in what it costs to batch them.
const size = stepsPerEpoch * setting.batchSize;
const dataset = imageDataset({
  name: "noise",
  classNames: Array.from({ length: setting.classes }, (_, j) => String(j)),
  shape: { channels: 3, height: 32, width: 32 },
  pixels: Uint8Array.from({ length: size * 3072 }, (_, i) => (i * 2654435761) >>> 24),
  labels: Int32Array.from({ length: size }, (_, i) => i % setting.classes),
  ids: Uint32Array.from({ length: size }, (_, i) => i),
  mean: [0.5, 0.5, 0.5],
  std: [0.25, 0.25, 0.25],
  augment: { pad: 4, flip: true },
});
const data = {
  train: dataset,
  validation: null,
  test: dataset,
  counts: Array.from({ length: setting.classes }, () => size / setting.classes),
};
const recipe = recipeFor("cifar10", {
  method: "erm",
  epochs: rounds,
  batchSize: setting.batchSize,
  precision: options.precision,
  validationFraction: 0,
});
const session = startSession(recipe, data);
const held = heldBatch();

const times = { epoch: [], bare: [] };
let began = performance.now();
for await (const event of train(session)) {
  if (event.kind !== "epoch") continue;
  times.epoch.push((performance.now() - began) / stepsPerEpoch);
  const bareBegan = performance.now();
  for (let i = 0; i < stepsPerEpoch; i++) {
    trainingStep(session, { ...held, classWeights: null });
  }
  times.bare.push((performance.now() - bareBegan) / stepsPerEpoch);
  began = performance.now();
}

// The first round warms up.
const epoch = median(times.epoch.slice(1));
const bare = median(times.bare.slice(1));
const report = { setting, precision: recipe.precision, rounds, epoch, bare, loss: epoch / bare - 1 };
if (options.json) console.log(JSON.stringify(report));
else {
  console.log(`bare step         ${bare.toFixed(1)} ms`);
  console.log(`step of an epoch  ${epoch.toFixed(1)} ms, data and augmentation included`);
  console.log(`lost              ${(report.loss * 100).toFixed(1)} %`);
}

function heldBatch() {
  const { batchSize, image, classes } = setting;
  return {
    inputs: [keep(randn([batchSize, ...image]).contiguous("channels_last"))],
    targets: keep(tensor(BigInt64Array.from({ length: batchSize }, (_, i) => BigInt(i % classes)))),
  };
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
