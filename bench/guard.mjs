// node bench/guard.mjs [--rounds N]: what looking at a step's gradient costs, next to the step: ResNet-32, and an MLP.
import { parseArgs } from "node:util";
import { Generator, optim, randn, scope, tensor } from "@leeway/torch";
import { crossEntropyLoss } from "../packages/leeway/dist/losses/index.js";
import { buildModel } from "../packages/leeway/dist/models/index.js";
import { trainingStep } from "../packages/leeway/dist/training/index.js";
import { wholeNumber } from "./options.mjs";

const { values: options } = parseArgs({ options: { rounds: { type: "string", default: "5" } } });
const rounds = wholeNumber(options, "rounds");

const cases = {
  "resnet32, 128 images": {
    name: "resnet32",
    input: { kind: "image", channels: 3, height: 32, width: 32 },
    shape: [128, 3, 32, 32],
  },
  "mlp, 512 rows": { name: "mlp", input: { kind: "table", numeric: 30, categories: [] }, shape: [512, 30] },
};

for (const [title, { name, input, shape }] of Object.entries(cases)) {
  const model = buildModel(name, { input, classes: 10, classifier: "linear", generator: new Generator(0) });
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.01, momentum: 0.9 });
  const session = {
    model,
    optimizer,
    loss: crossEntropyLoss(),
    recipe: { precision: "fp32" },
    device: "cpu",
  };
  const times = { step: Infinity, look: Infinity };
  for (let round = 0; round < rounds; round++) {
    scope(() => {
      const targets = tensor(
        Int32Array.from({ length: shape[0] }, (_, i) => i % 10),
        undefined,
        { dtype: "int64" },
      );
      const batch = { inputs: [randn(shape)], targets, classWeights: null };
      times.step = Math.min(
        times.step,
        timed(() => trainingStep(session, batch)),
      );
      times.look = Math.min(
        times.look,
        timed(() => optim.gradientNorm(optimizer.parameters)),
      );
    });
  }
  const share = ((100 * times.look) / times.step).toFixed(2);
  console.log(`${title}: step ${times.step.toFixed(2)} ms, looking ${times.look.toFixed(3)} ms, ${share} %`);
}

/** Milliseconds of the quickest of three. */
function timed(work) {
  return Math.min(
    ...[1, 2, 3].map(() => {
      const began = performance.now();
      work();
      return performance.now() - began;
    }),
  );
}
