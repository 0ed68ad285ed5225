// One of four ranks for ranks.test.ts and bench:ranks, on the built package. Trains each job of JOBS by itself (rank 0),
// as one of two and as one of four, and prints how far rank 0's losses, first gradient and metrics are from one another.
import { distributed, scope, setThreads, tensor } from "@leeway/torch";
import { epochOrder, imageDataset } from "../../dist/data/index.js";
import { batchTensors } from "../../dist/models/index.js";
import { random } from "../../dist/random.js";
import { recipeFor } from "../../dist/recipe/index.js";
import { loadRunData } from "../../dist/runs/index.js";
import { endSession, startSession, train, trainingStep } from "../../dist/training/index.js";
import { drawBatches } from "../../dist/training/train.js";

setThreads(1);
const rank = Number(process.env.RANK);
const port = Number(process.env.MASTER_PORT);
const { jobs } = JSON.parse(process.env.JOBS);
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

/** Without dropout: each rank draws other numbers for it than one process would. */
function sessionOf({ recipe }, data, group) {
  const name = recipe.source ? "own" : "cifar10";
  const session = startSession(recipeFor(name, recipe), data, { group });
  for (const [, module] of session.model.namedModules()) {
    if ("p" in module) module.p = 0;
    if ("dropout" in module) module.dropout = 0;
  }
  return session;
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
