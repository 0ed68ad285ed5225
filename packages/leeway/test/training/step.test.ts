import {
  copyInto,
  fillInPlace,
  Generator,
  nn,
  noGrad,
  optim,
  scope,
  type Tensor,
  tensor,
} from "@leeway/torch";
import { expectClose } from "@leeway/torch/testing";
import { folderInMemory } from "../storage/temporary-folder.ts";
import { tinyRecipe, tinyRun } from "../runs/tiny-run.ts";
import { describe as suite, expect, test } from "vitest";
import { crossEntropyLoss } from "../../src/losses/index.ts";
import { Model } from "../../src/models/index.ts";
import { type StepBatch, trainingStep } from "../../src/training/index.ts";

/** Whose logits are its inputs, [N, 3, 1, 1], plus a bias of each class, 0 at first. */
class Biases extends Model {
  readonly classifier = this.child("linear", new nn.Linear(3, 3, { generator: new Generator(0) }));
  readonly biases = this.classifier.bias!;

  constructor() {
    super();
    noGrad(() => {
      copyInto(this.classifier.weight, tensor([1, 0, 0, 0, 1, 0, 0, 0, 1], [3, 3]));
      fillInPlace(this.biases, 0);
    });
  }

  features(input: Tensor): Tensor {
    return input.reshape([-1, 3]);
  }
}

interface Stepped {
  readonly loss: number;
  readonly correct: number;
  /** The biases after the step; with rate 1 the gradient's opposite. */
  readonly biases: number[];
}

/** One step of rate 1 on examples with equal logits, or those given. */
function step(
  labels: readonly number[],
  {
    logits = labels.flatMap(() => [0, 0, 0]),
    weights,
    rows,
    ...rest
  }: { logits?: readonly number[]; weights?: readonly number[]; rows?: readonly number[] } & Pick<
    StepBatch,
    "mix" | "rho"
  > = {},
): Stepped {
  return scope(() => {
    const model = new Biases();
    const optimizer = new optim.SGD([model.biases], { lr: 1 });
    const outcome = trainingStep(
      { model, optimizer, loss: crossEntropyLoss(), recipe: { precision: "fp32" }, device: "cpu" },
      {
        inputs: [tensor(logits, [labels.length, 3, 1, 1])],
        targets: tensor(labels, [labels.length], { dtype: "int64" }),
        classWeights: weights ? tensor(weights) : null,
        rowWeights: rows ? tensor(rows) : null,
        ...rest,
      },
    );
    const stepped = { ...outcome, biases: model.biases.toNumbers() };
    model.dispose();
    return stepped;
  });
}

/** In float32. */
const close = (actual: readonly number[], expected: readonly number[]): void => {
  expectClose(actual, expected, { rtol: 1e-5, atol: 1e-6 });
};

suite("trainingStep", () => {
  test("goes against the gradient: for cross entropy, one-hot minus softmax", () => {
    const { loss, biases } = step([0]);
    expect(loss).toBeCloseTo(Math.log(3), 6);
    close(biases, [1 - 1 / 3, -1 / 3, -1 / 3]);
  });
  test("counts the examples that were right before the update", () => {
    expect(step([0, 1], { logits: [2, 1, 0, 2, 1, 0] }).correct).toBe(1);
  });
  test("weighs each example by its class", () => {
    // Of weights 3 and 1: three quarters of class 0's gradient, one of class 1's.
    close(step([0, 1], { weights: [3, 1, 9] }).biases, [3 / 4 - 1 / 3, 1 / 4 - 1 / 3, -1 / 3]);
  });
  test("weighs each example by its own weight, and times its class's", () => {
    // As one example of class 0 that weighs 3 and one of class 1 that weighs 1.
    close(step([0, 1], { rows: [3, 1] }).biases, step([0, 1], { weights: [3, 1, 9] }).biases);
    close(step([0, 1], { rows: [6, 1], weights: [1, 2, 9] }).biases, [3 / 4 - 1 / 3, 1 / 4 - 1 / 3, -1 / 3]);
  });
  test("counts an example of weight 2 like two of it", () => {
    const logits = [2, 0, 0, 0, 1, 0];
    const twice = step([0, 0, 1], { logits: [2, 0, 0, ...logits] });
    const weighed = step([0, 1], { logits, rows: [2, 1] });
    expect(weighed.loss).toBeCloseTo(twice.loss, 6);
    close(weighed.biases, twice.biases);
  });
  test("is not changed by a weight that all its examples share", () => {
    close(step([0, 0], { weights: [7, 1, 1] }).biases, step([0, 0]).biases);
  });
  test("with mixup learns from both targets by their share", () => {
    const mix = { lambda: 0.7, partners: Uint32Array.of(1, 0), of: "inputs" } as const;
    // Example 0 is 0.7 class 0 and 0.3 class 1, example 1 the other way round: on the mean both are half.
    close(step([0, 1], { mix }).biases, [1 / 2 - 1 / 3, 1 / 2 - 1 / 3, -1 / 3]);
    const alone = { lambda: 0.7, partners: Uint32Array.of(1, 1), of: "inputs" } as const;
    close(step([0, 1], { mix: alone }).biases, [0.35 - 1 / 3, 0.65 - 1 / 3, -1 / 3]);
  });
  test("with mixup weighs both targets by the classes that they are", () => {
    const mix = { lambda: 0.7, partners: Uint32Array.of(1, 0), of: "inputs" } as const;
    const weights = [3, 1, 9];
    // Either way class 0 counts three times class 1, so that the shares of mixup make no difference.
    close(step([0, 1], { mix, weights }).biases, [3 / 4 - 1 / 3, 1 / 4 - 1 / 3, -1 / 3]);
    // Mixed logits (0, z, 0) with z = 0.3 · 2 and 0.7 · 2; the loss of a target is log Σ exp minus its logit.
    const [z0, z1] = [0.6, 1.4];
    const [sum0, sum1] = [z0, z1].map((z) => Math.log(2 + Math.exp(z))) as [number, number];
    const own = (3 * sum0 + (sum1 - z1)) / 4; // of classes 0 and 1
    const partners = (sum0 - z0 + 3 * sum1) / 4; // of classes 1 and 0
    const { loss } = step([0, 1], { logits: [0, 0, 0, 0, 2, 0], mix, weights });
    expect(loss).toBeCloseTo(0.7 * own + 0.3 * partners, 6);
    // A partner brings its own weight.
    const ofRows = step([0, 1], { logits: [0, 0, 0, 0, 2, 0], mix, rows: [3, 1] });
    expect(ofRows.loss).toBeCloseTo(loss, 6);
  });
  test.for(["inputs", "features"] as const)("mixes the %s if they are to be mixed", (of) => {
    // All of example 0 comes from example 1, so that both are right for its targets.
    const mix = { lambda: 0, partners: Uint32Array.of(1, 1), of };
    expect(step([1, 1], { logits: [9, 0, 0, 0, 9, 0], mix }).loss).toBeCloseTo(0, 2);
  });
  test("with SAM takes the gradient a step of length ρ uphill, and starts from where it was", () => {
    const rho = 0.5;
    const gradient = [-2 / 3, 1 / 3, 1 / 3];
    const length = Math.hypot(...gradient);
    const exponentials = gradient.map((value) => Math.exp((rho * value) / length));
    const sum = exponentials.reduce((total, value) => total + value, 0);
    const shares = exponentials.map((value) => value / sum);
    const { loss, biases } = step([0], { rho });
    close(biases, [1 - shares[0]!, -shares[1]!, -shares[2]!]);
    expect(loss).toBeCloseTo(Math.log(3), 6); // that of the place itself
  });
});

suite("a sharpness-aware step", () => {
  test("learns the statistics of batch normalisation once, at the weights", async () => {
    const recipe = tinyRecipe({ method: "ldam-drw-sam", epochs: 1, validationFraction: 0 });
    const { weights } = await tinyRun(recipe, { runsDir: folderInMemory() });
    expect(weights["bn1.num_batches_tracked"]).toEqual([3]); // three steps
  });
});
