// npm run bench:evaluation [-- --only resnet32|resnet18|mlp] [--rounds N] [--json]: networks evaluating, ours against the
// same in PyTorch, on the same weights and batches, in turns.
import { parseArgs } from "node:util";
import { allowedThreads, keep, libtorch, noGrad, scope, setThreads, slice } from "@leeway/torch";
import { loadedBlas } from "@leeway/torch/setup";
import { featuresOf } from "../packages/leeway/dist/training/index.js";
import { processor } from "./machine.mjs";
import { median } from "./median.mjs";
import { listed, wholeNumber } from "./options.mjs";
import { startPeer } from "./peer.mjs";
import { makeBatches, makeOurs, settings } from "./setting.mjs";
import { makeNetwork, makeRows, setting as table } from "./table-network.mjs";

/** Sides of PyTorch and of ours, by title; the first is what the others are compared with. */
const sidesOf = {
  images: {
    peers: {
      "PyTorch fp32": "eager",
      "  folded, channels_last": "folded",
      "  bf16 autocast, channels_last": "autocast",
      "  bf16, folded, channels_last": "bf16",
    },
    ours: { "Leeway fp32": "fp32", "Leeway bf16": "bf16" },
  },
  rows: { peers: { "PyTorch fp32": "eager" }, ours: { "Leeway fp32": "fp32" } },
};

/** The networks, and batches as large as evaluation takes them. */
const networks = {
  resnet32: { ...sidesOf.images, unit: "images", batchSize: 500, batchesPerRound: 2, make: residual },
  resnet18: { ...sidesOf.images, unit: "images", batchSize: 125, batchesPerRound: 1, make: residual },
  mlp: { ...sidesOf.rows, unit: "rows", batchSize: 500, batchesPerRound: 200, make: forTables },
};

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean" },
    rounds: { type: "string", default: "10" },
    only: { type: "string", default: "resnet32,mlp" },
  },
});
const rounds = wholeNumber(options, "rounds", { min: 2 });
const names = listed(options, "only", Object.keys(networks));

const threads = Math.min(2, allowedThreads());
setThreads(threads);
const versions = {
  node: process.versions.node,
  libtorch: libtorch().version,
  blas: loadedBlas()?.kind ?? "unknown",
  ...processor(),
};
// Without their instructions PyTorch's convolutions in bf16 take a hundred times as long.
const hasBf16 = versions.kernels.some((each) => each.endsWith("bf16") || each === "avx512f");
const reports = [];
for (const name of names) {
  reports.push(await measure(name, networks[name]));
  if (!options.json) print(reports.at(-1));
}
if (options.json) console.log(JSON.stringify({ threads, rounds, reports, versions }));
else {
  if (!hasBf16) console.log("bf16 is left out: this processor has no instructions for it.");
  console.log(`${versions.cpu} (${versions.kernels.join(", ")})`);
  console.log(`libtorch ${versions.libtorch}, BLAS ${versions.blas}, Node ${versions.node}`);
}

/** The sides that this processor can take. */
function measurable(sides) {
  return Object.entries(sides).filter(([title]) => hasBf16 || !title.includes("bf16"));
}

async function measure(name, network) {
  const { model, batches, inputs } = network.make(name, network);
  const peer = await startPeer({
    script: "evaluation-peer.py",
    network: name,
    threads,
    weights: model.stateDict(),
    batches,
  });
  const ask = (side) => ({
    logits: async () => (await peer.run(0, { side })).logits,
    times: async (count) => (await peer.run(count, { side })).times,
  });
  const sides = [
    ...measurable(network.peers).map(([title, side]) => ({ title, ...ask(side) })),
    ...measurable(network.ours).map(([title, precision]) => ({
      title,
      ...ours(model, inputs, precision),
    })),
  ];
  const logits = [];
  for (const side of sides) logits.push(await side.logits());
  const times = sides.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, side] of sides.entries()) {
      const taken = await side.times(network.batchesPerRound);
      if (round > 0) times[i].push(...taken); // the first only warms up
    }
  }
  peer.end();
  const { batchSize, unit } = network;
  const rows = sides.map(({ title }, i) => ({
    ...{ title, median: median(times[i]), ratio: median(times[0]) / median(times[i]) },
    perSecond: (1000 * batchSize) / median(times[i]),
    largestDifference: furthest(logits[i], logits[0]),
  }));
  return { network: name, batchSize, unit, pytorch: peer.facts.torch, rows };
}

/** The largest distance between logits, in parts of the largest logit. */
function furthest(logits, reference) {
  const largest = reference.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  return logits.reduce((most, each, i) => Math.max(most, Math.abs(each - reference[i])), 0) / largest;
}

function ours(model, inputs, precision) {
  const session = { model, recipe: { precision }, device: "cpu" };
  const logitsOf = (batch) =>
    scope(() => noGrad(() => model.classifier.forward(featuresOf(session, batch)).data()));
  let at = 0;
  const times = (count) =>
    Array.from({ length: count }, () => {
      const batch = inputs[at++ % inputs.length];
      const began = performance.now();
      logitsOf(batch);
      return performance.now() - began;
    });
  return { logits: () => logitsOf(inputs[0]), times };
}

/** After a few steps of training, so that batch normalisation has statistics. */
function residual(name, { batchSize }) {
  const setting = settings[name];
  const trained = makeOurs({
    network: setting,
    batches: makeBatches(5, { ...setting, batchSize: 32 }),
    ...{ precision: "fp32", lr: 1e-3 },
  });
  trained.run(20);
  trained.model.train(false);
  const batches = makeBatches(2, { ...setting, batchSize });
  const inputs = each(batches.inputs).map((images) => [keep(images.contiguous("channels_last"))]);
  return { model: trained.model, batches, inputs };
}

function forTables(_, { batchSize }) {
  const model = makeNetwork();
  model.train(false);
  const batches = makeRows(20, batchSize);
  const codes = each(batches.codes);
  return { model, batches, inputs: each(batches.values).map((values, i) => [values, codes[i]]) };
}

function each(batches) {
  const [count, ...shape] = batches.shape;
  return Array.from({ length: count }, (_, b) =>
    keep(slice(batches, 0, { start: b, end: b + 1 }).reshape(shape)),
  );
}

function print({ network, batchSize, unit, pytorch, rows }) {
  const [images, columns] = [settings[network]?.image, table];
  const what = images
    ? `images of ${images.slice(1).join(" x ")}`
    : `rows of ${columns.numeric} numbers and ${columns.categories.length} categories`;
  console.log(
    `${network} evaluating, ${batchSize} ${what}, ${threads} threads, PyTorch ${pytorch}, ${rounds} rounds in turns; medians`,
  );
  for (const { title, median: ms, perSecond, ratio, largestDifference } of rows) {
    console.log(
      [
        title.padEnd(34),
        `${ms.toFixed(ms < 20 ? 3 : 1)} ms`.padStart(11),
        `${perSecond.toFixed(0)} ${unit}/s`.padStart(17),
        `${ratio.toFixed(2)}x`.padStart(8),
        `   logits within ${largestDifference.toExponential(1)}`,
      ].join(""),
    );
  }
}
