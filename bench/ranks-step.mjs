// A rank of bench:ranks: steps of a network on its share of a batch of random images. Prints one JSON line.
import { distributed, Generator, optim, randn, scope, setThreads, tensor } from "@leeway/torch";
import { crossEntropyLoss } from "../packages/leeway/dist/losses/index.js";
import { buildModel } from "../packages/leeway/dist/models/index.js";
import { Ranks, trainingStep } from "../packages/leeway/dist/training/index.js";
import { median } from "./median.mjs";

const { rank, size, port, threads, network, steps, syncBatchNorm } = JSON.parse(process.env.RANK_STEP);
setThreads(threads);
const { model: name, stem, batchSize, side, classes } = network;
const group =
  size === 1
    ? null
    : await distributed.initProcessGroup({ rank, size, masterAddress: "127.0.0.1", masterPort: port });
const generator = new Generator(0);
const input = { kind: "image", channels: 3, height: side, width: side };
const model = buildModel(name, { input, classes, classifier: "linear", stem, generator });
const optimizer = new optim.SGD(model.parameters(), { lr: 1e-4, momentum: 0.9 });
const ranks = group === null ? null : new Ranks(group, { batchSize, syncBatchNorm }, model);
const own = batchSize / size;
const images = randn([own, side, side, 3], { generator }).permute([0, 3, 1, 2]);
const targets = tensor(
  Int32Array.from({ length: own }, (_, i) => i % classes),
  [own],
  { dtype: "int64" },
);
const share = ranks === null ? undefined : { own, weight: batchSize, copies: 1 };
const session = {
  model,
  optimizer,
  loss: crossEntropyLoss(),
  device: "cpu",
  recipe: { precision: "fp32" },
  ranks,
};

const times = [];
for (let i = 0; i < steps + 2; i++) {
  const began = performance.now();
  scope(() => trainingStep(session, { inputs: [images], targets, classWeights: null, share }));
  if (i >= 2) times.push(performance.now() - began);
}
const told = { step: median(times) };
if (group !== null) {
  const parameters = model.parameters().reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const gradient = tensor(new Float32Array(parameters));
  told.bytes = 4 * parameters;
  told.message = timed(() => group.allReduce(gradient));
  told.scalar = timed(() => group.sum([1]));
  group.barrier();
  group.leave();
}
if (rank === 0) console.log(JSON.stringify(told));

function timed(send) {
  const all = Array.from({ length: 20 }, () => {
    const began = performance.now();
    send();
    return performance.now() - began;
  });
  return median(all);
}
