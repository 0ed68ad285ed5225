import { argmax, Generator, nn, noGrad, optim, scope, type Tensor, tensor } from "@leeway/torch";
import { crossEntropyLoss } from "../losses/index.ts";
import { cosineRate } from "../recipe/index.ts";
import type { LabelledFeatures } from "./features.ts";

/** On all examples at once. */
const steps = 300;
/** Of Adam at the start; it falls to 0 along half a cosine. */
const learningRate = 0.05;
/** λ of ½ λ ‖w‖², which keeps the weights finite where the classes can be divided without error. */
const weightDecay = 1e-3;

/**
 * Trains a linear classifier on features and gives its predictions for others: how much of the classes a straight
 * cut can tell apart in them. Softmax regression on standardised features by full batches of Adam; without an order of
 * examples, and convex, so that the features alone decide the result.
 *
 * @param fit     what the classifier is trained on
 * @param read    what it predicts; as wide
 * @param classes K
 * @returns the predicted classes of `read`, [N]
 * @source Alain and Bengio 2017 (arXiv:1610.01644): linear classifier probes
 */
export function linearProbe(
  { fit, read }: { readonly fit: LabelledFeatures; readonly read: LabelledFeatures },
  classes: number,
  { device = "cpu" }: { readonly device?: string } = {},
): Int32Array {
  return scope(() => {
    const standard = standardiser(fit, device);
    const inputs = standard(fit); // [N, D]
    const targets = tensor(fit.labels, undefined, { dtype: "int64", device });
    const layer = new nn.Linear(fit.width, classes, { generator: new Generator(0) });
    if (device !== "cpu") layer.to({ device });
    const optimizer = new optim.Adam(layer.parameters(), { weightDecay });
    const loss = crossEntropyLoss();
    for (let step = 0; step < steps; step++) {
      scope(() => {
        optimizer.lr = cosineRate(learningRate, step / steps);
        optimizer.zeroGrad();
        loss(layer.forward(inputs), targets).mean().backward();
        optimizer.step();
      });
    }
    const predicted = noGrad(() => argmax(layer.forward(standard(read)), 1).toNumbers());
    optimizer.dispose();
    layer.dispose();
    return Int32Array.from(predicted);
  });
}

/** Takes each feature's mean off and divides by its deviation, both of the examples that are fitted. */
function standardiser(
  { features, labels, width }: LabelledFeatures,
  device: string,
): (of: LabelledFeatures) => Tensor {
  const mean = new Float64Array(width);
  const square = new Float64Array(width);
  features.forEach((value, i) => {
    mean[i % width]! += value / labels.length;
    square[i % width]! += value ** 2 / labels.length;
  });
  // A constant feature becomes 0, not a number divided by 0.
  const scale = mean.map((value, d) => 1 / Math.max(Math.sqrt(Math.max(square[d]! - value ** 2, 0)), 1e-6));
  return (of) =>
    tensor(
      of.features.map((value, i) => (value - mean[i % width]!) * scale[i % width]!),
      [of.labels.length, width],
      { device },
    );
}
