import { Generator, indexSelect, optim, scope, setThreads, type Tensor, tensor } from "@leeway/torch";
import { beforeAll, describe as suite, expect, test } from "vitest";
import { crossEntropyLoss, weightedMean } from "../../src/losses/index.ts";
import { methodNames, methodOf } from "../../src/methods/index.ts";
import { TabM } from "../../src/models/index.ts";
import { endSession, evaluate, startSession, train, trainingStep } from "../../src/training/index.ts";
import type { StepBatch } from "../../src/training/index.ts";
import { ensembles } from "../runs/kinds.ts";

beforeAll(() => {
  setThreads(1);
});

const [members, width] = [3, 8];
const labels = [0, 1, 1, 0];

interface Parts {
  readonly model: TabM;
  /** [N, k, H] */
  readonly features: Tensor;
  readonly targets: Tensor;
  readonly classWeights: Tensor;
}

/** A step's loss of an ensemble of three, and what `expectedOf` makes of each member alone. */
function compared(
  mix: StepBatch["mix"],
  lossOfMember: (parts: Parts, featuresOfMember: Tensor) => Tensor,
): { readonly loss: number; readonly correct: number; readonly expected: number; readonly right: number } {
  return scope(() => {
    const generator = new Generator(0);
    const model = new TabM(2, { numeric: 2, width, members, dropout: 0, classifier: "linear", generator });
    const inputs = [tensor([1, -2, 0.5, 4, 0, 3, -1, -1], [4, 2])];
    const targets = tensor(labels, [4], { dtype: "int64" });
    const classWeights = tensor([3, 1]);
    const features = model.features(...(inputs as [Tensor])).reshape([4, members, width]);
    const parts = { model, features, targets, classWeights };
    const each = Array.from({ length: members }, (_, i) =>
      indexSelect(features, 1, tensor([i], [1], { dtype: "int64" })).reshape([4, width]),
    );
    const losses = each.map((own) => lossOfMember(parts, own).item());
    const right = each.map((own) => {
      const logits = model.classifier.forward(own).toNumbers();
      return labels.filter((label, n) => (logits[2 * n + 1]! > logits[2 * n]! ? 1 : 0) === label).length;
    });
    const optimizer = new optim.SGD(model.parameters(), { lr: 0 });
    const session = { model, optimizer, loss: crossEntropyLoss(), device: "cpu" } as const;
    const outcome = trainingStep(
      { ...session, recipe: { precision: "fp32" } },
      { inputs, targets, classWeights, mix },
    );
    const mean = (values: readonly number[]): number =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    return { ...outcome, expected: mean(losses), right: mean(right) };
  });
}

suite("a step of an ensemble", () => {
  const cross = crossEntropyLoss();

  test("has the mean of the members' own weighted losses, and of what each got right", () => {
    const { loss, correct, expected, right } = compared(undefined, ({ model, ...rest }, own) =>
      weightedMean(cross(model.classifier.forward(own), rest.targets), rest.targets, rest.classWeights),
    );
    expect(loss).toBeCloseTo(expected, 5);
    expect(correct).toBeCloseTo(right, 5);
  });

  test("with mixup mixes what a member made of an example with what it made of the partner", () => {
    const partners = Uint32Array.of(2, 0, 3, 1);
    const { loss, expected } = compared({ lambda: 0.7, partners, of: "features" }, (parts, own) => {
      const { model, targets, classWeights } = parts;
      const at = tensor([...partners], [4], { dtype: "int64" });
      const logits = model.classifier.forward(own.mul(0.7).add(indexSelect(own, 0, at).mul(0.3)));
      const theirs = indexSelect(targets, 0, at);
      const ofTargets = weightedMean(cross(logits, targets), targets, classWeights).mul(0.7);
      return ofTargets.add(weightedMean(cross(logits, theirs), theirs, classWeights).mul(0.3));
    });
    expect(loss).toBeCloseTo(expected, 5);
  });
});

suite("an ensemble in one network", () => {
  test.for(methodNames.filter((name) => !methodOf(name).contrast))(
    "is trained by %s, its second stage too",
    async (method) => {
      const methodOptions = Object.hasOwn(methodOf(method).options, "deferAt") ? { deferAt: 0.5 } : {};
      const recipe = ensembles.recipe({ method, methodOptions, epochs: 2 });
      const data = await ensembles.data(recipe);
      const session = startSession(recipe, data);
      try {
        const losses: number[] = [];
        for await (const event of train(session)) {
          if (event.kind === "epoch") losses.push(event.record.train.loss);
        }
        expect(losses).toHaveLength(2);
        const { metrics } = await evaluate(session, data.test);
        expect(metrics.perClass).toHaveLength(3);
        expect([...losses, metrics.topOne].every(Number.isFinite)).toBe(true);
      } finally {
        endSession(session);
      }
    },
  );
});
