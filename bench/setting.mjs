import { Generator, indexSelect, keep, optim, randn, scope, slice, tensor } from "@leeway/torch";
import { crossEntropyLoss } from "../packages/leeway/dist/losses/index.js";
import { buildModel } from "../packages/leeway/dist/models/index.js";
import { trainingStep } from "../packages/leeway/dist/training/index.js";

/** The size of the measured steps of each network; how many make a round. */
export const settings = {
  resnet32: { model: "resnet32", batchSize: 128, image: [3, 32, 32], classes: 10, stepsPerRound: 20 },
  resnet18: { model: "resnet18", batchSize: 32, image: [3, 64, 64], classes: 10, stepsPerRound: 2 },
};

/** That of the paper's network, which other measurements take too. */
export const setting = settings.resnet32;

/**
 * Batches of noise around one faint pattern a class, so that there is something to learn, slowly.
 *
 * @returns inputs [B, N, C, H, W] float32 and targets [B, N] int64
 */
export function makeBatches(count, { batchSize, image, classes } = setting) {
  const generator = new Generator(0);
  const labels = BigInt64Array.from({ length: count * batchSize }, (_, i) => BigInt((i * 7) % classes));
  return scope(() => {
    const targets = tensor(labels);
    const patterns = indexSelect(randn([classes, ...image], { generator }), 0, targets);
    const noise = randn([count * batchSize, ...image], { generator });
    return {
      inputs: noise.add(patterns.mul(0.1)).reshape([count, batchSize, ...image]),
      targets: targets.reshape([count, batchSize]),
    };
  });
}

/** A network with what trains it. `run(n)` takes n steps and gives each one's milliseconds and loss. */
export function makeOurs({ weights, batches, precision, lr, network = setting, device = "cpu" }) {
  const [channels, height, width] = network.image;
  const input = { kind: "image", channels, height, width };
  const { classes } = network;
  const model = buildModel(network.model, {
    input,
    classes,
    classifier: "linear",
    generator: new Generator(0),
  });
  if (weights !== undefined) model.loadStateDict(weights);
  if (device !== "cpu") model.to({ device });
  const optimizer = new optim.SGD(model.parameters(), { lr, momentum: 0.9, weightDecay: 2e-4 });
  const session = { model, optimizer, loss: crossEntropyLoss(), recipe: { precision }, device };
  const count = batches.inputs.shape[0];
  const ready = Array.from({ length: count }, (_, b) => ({
    inputs: keep(batch(batches.inputs, b).to({ device }).contiguous("channels_last")),
    targets: keep(batch(batches.targets, b).to({ device })),
  }));
  let steps = 0;
  const run = (number) => {
    const [times, losses] = [[], []];
    for (let i = 0; i < number; i++) {
      const { inputs, targets } = ready[steps++ % count];
      const began = performance.now();
      losses.push(trainingStep(session, { inputs: [inputs], targets, classWeights: null }).loss);
      times.push(performance.now() - began);
    }
    return { times, losses };
  };
  return { model, run };
}

function batch(batches, b) {
  return slice(batches, 0, { start: b, end: b + 1 }).reshape(batches.shape.slice(1));
}
