// One of four ranks for ranks.test.ts and bench:ranks, on the built package. Trains each job of JOBS by itself (rank 0),
// as one of two and as one of four, and prints how far rank 0's losses, first gradient and metrics are from one another.
// A job in float64 shows whether a difference is one of rounding. With `control` rank 0 also trains each with two threads,
// and with the rows of each batch in reverse: as many sums in another order, and no ranks.
import { writeFileSync } from "node:fs";
import { distributed, encodeSafetensors, indexSelect, scope, setThreads, tensor } from "@leeway/torch";
import { epochOrder, imageDataset } from "../../dist/data/index.js";
import { batchTensors } from "../../dist/models/index.js";
import { random } from "../../dist/random.js";
import { recipeFor } from "../../dist/recipe/index.js";
import { beginFrom } from "../../dist/runs/begin-from.js";
import { loadRunData, resolveInit } from "../../dist/runs/index.js";
import { endSession, startSession, train, trainingStep } from "../../dist/training/index.js";
import { drawBatches } from "../../dist/training/train.js";

setThreads(1);
const rank = Number(process.env.RANK);
const port = Number(process.env.MASTER_PORT);
const { jobs, control = false } = JSON.parse(process.env.JOBS);
const sizes = [2, 4];

const join = (size) =>
  distributed.initProcessGroup({
    ...{ rank, size, masterAddress: "127.0.0.1", masterPort: port + size, timeout: 90 },
  });
const groups = {};
for (const size of sizes) if (rank < size) groups[size] = await join(size);

for (const job of jobs) {
  const data = await dataOf(job);
  const alone = rank === 0 ? await trained(job, data, null) : undefined;
  const wrong = rank < 2 ? wrongGradient(job, data, groups[2]) : undefined;
  const told = { job: job.name, losses: alone?.losses.length };
  for (const size of sizes) {
    if (rank >= size) continue;
    const together = await trained(job, data, groups[size]);
    if (rank !== 0) continue;
    told[size] = {
      loss: distance(alone.losses, together.losses),
      gradient: distance(alone.gradient, together.gradient),
      ...(alone.metrics && {
        topOne: alone.metrics.topOne - together.metrics.topOne,
        metrics: distance(numbersIn(alone.metrics), numbersIn(together.metrics)),
      }),
    };
  }
  if (rank !== 0) continue;
  if (control) told.control = await controlled(job, data, alone);
  told.wrong = distance(alone.gradient, await wrong);
  told.norm = alone.gradient.reduce((max, each) => Math.max(max, Math.abs(each)), 0);
  console.log(JSON.stringify(told));
}
for (const group of Object.values(groups)) {
  group.barrier();
  group.leave();
}

/** All numbers of an object, in its order. */
function numbersIn(value) {
  if (typeof value === "number") return [value];
  return value !== null && typeof value === "object" ? Object.values(value).flatMap(numbersIn) : [];
}

/** The max difference; infinite of lists that are not as long. */
function distance(a, b) {
  if (a.length !== b.length) return Infinity;
  return a.reduce((max, each, i) => Math.max(max, Math.abs(each - b[i])), 0);
}

/** How far one process is from itself where it adds up in another order. */
async function controlled(job, data, alone) {
  const far = ({ losses, gradient }) => ({
    loss: distance(alone.losses, losses),
    gradient: distance(alone.gradient, gradient),
  });
  setThreads(2);
  const threads = far(await trained(job, data, null));
  setThreads(1);
  return { threads, reversed: far(await trained({ ...job, reversed: true }, data, null)) };
}

/** Without dropout: each rank draws other numbers for it than one process would. */
function sessionOf({ recipe, float64, reversed, begun }, data, group) {
  const name = recipe.source ? "own" : "cifar10";
  const init = begun ? otherNetwork(recipeFor(name, { model: recipe.model, seed: 9 }), data) : undefined;
  const session = startSession(recipeFor(name, { ...recipe, init }), data, { group });
  if (init) beginFrom(session, init);
  for (const [, module] of session.model.namedModules()) {
    if ("p" in module) module.p = 0;
    if ("dropout" in module) module.dropout = 0;
  }
  if (float64) computeInFloat64(session.model);
  if (reversed) reverseRows(session.model);
  return session;
}

/** What a run begins from: a network with other initial values, in a file. */
function otherNetwork(recipe, data) {
  const session = startSession(recipe, data);
  const path = `${process.env.FOLDER}/network-${rank}.safetensors`;
  writeFileSync(
    path,
    scope(() => encodeSafetensors(session.model.stateDict())),
  );
  endSession(session);
  return resolveInit(path);
}

function computeInFloat64(model) {
  const wide = (each) => (each.dtype === "float32" ? each.to({ dtype: "float64" }) : each);
  const features = model.features.bind(model);
  model.to({ dtype: "float64" });
  model.features = (...inputs) => features(...inputs.map(wide));
}

/** Computes the features of a batch's last row first. */
function reverseRows(model) {
  const features = model.features.bind(model);
  model.features = (...inputs) => {
    const last = inputs[0].shape[0] - 1;
    const rows = tensor(
      Int32Array.from({ length: last + 1 }, (_, row) => last - row),
      undefined,
      { dtype: "int64" },
    );
    return indexSelect(features(...inputs.map((each) => indexSelect(each, 0, rows))), 0, rows);
  };
}

/** Trains for the job's steps. Of the first, the gradient is taken down before the update. */
async function trained(job, data, group) {
  const session = sessionOf(job, data, group);
  const { optimizer, model } = session;
  const losses = [];
  let gradient;
  let metrics = null;
  const step = optimizer.step.bind(optimizer);
  optimizer.step = () => {
    gradient ??= gradientOf(model);
    step();
  };
  const events = train(session);
  for await (const event of events) {
    if (event.kind === "progress") losses.push(event.loss);
    if (event.kind === "epoch") metrics = event.record.evaluation?.metrics ?? null;
    if (losses.length === job.steps && event.kind === "progress" && !job.whole) break;
  }
  endSession(session);
  return { losses, gradient, metrics: job.whole ? metrics : null };
}

function gradientOf(model) {
  return scope(() => model.parameters().flatMap(({ grad }) => grad?.toNumbers() ?? []));
}

/** What the mean of each rank's own weighted mean gives: the gradient that others train with. */
async function wrongGradient(job, data, group) {
  const session = sessionOf(job, data, group);
  const { stage, recipe } = session;
  const order = epochOrder(data.train.labels, stage.samplingOdds, { seed: recipe.seed, epoch: 0 });
  let gradient;
  for await (const { batch } of drawBatches(session, order, { epoch: 0, batch: 0 })) {
    session.optimizer.step = () => undefined;
    const classWeights = tensor(Float32Array.from(stage.classWeights));
    trainingStep({ ...session, ranks: null }, { ...batchTensors(batch, "cpu"), classWeights });
    gradient = gradientOf(session.model);
    break;
  }
  endSession(session);
  return group.sum(gradient).map((each) => each / group.size);
}

function dataOf({ kind, recipe }) {
  if (kind !== "images") return loadRunData(recipeFor("own", recipe));
  const counts = [40, 24, 12, 8];
  return {
    train: images("train", counts),
    validation: images("validation", [9, 9, 9, 10]),
    test: images("test", [6, 6, 6, 6]),
    counts,
  };
}

/** As `colouredImages` of tiny-run.ts. */
function images(split, counts) {
  const labels = counts.flatMap((count, label) => Array.from({ length: count }, () => label));
  const noise = random(1, "coloured images", split);
  const bytes = 8 * 8 * 3;
  const pixels = Uint8Array.from({ length: labels.length * bytes }, (_, i) => {
    const label = labels[Math.floor(i / bytes)];
    return (label === 3 || label === i % 3 ? 140 : 60) + noise.below(50);
  });
  return imageDataset({
    ...{ name: "coloured", classNames: ["red", "green", "blue", "white"], pixels },
    shape: { channels: 3, height: 8, width: 8 },
    labels: Int32Array.from(labels),
    ids: Uint32Array.from(labels.keys()),
    ...{ mean: [0.4, 0.4, 0.4], std: [0.2, 0.2, 0.2], augment: { pad: 1, flip: true } },
  });
}
