import { scope, tensor } from "@leeway/torch";
import { checkGradient, expectClose } from "@leeway/torch/testing";
import { describe as suite, expect, test } from "vitest";
import { lossOf, weightedMean } from "../../src/losses/index.ts";
import { labelSmoothed } from "../../src/losses/label-smoothing.ts";
import { methodOf, stagesOf } from "../../src/methods/index.ts";
import { answerOf } from "./reference.ts";

const counts = [100, 10, 1];
const rows = [
  [0.3, -0.5, 0.1],
  [-0.2, 0.6, 0.4],
];
const targets = [0, 2];
const epsilon = 0.3;

/** -Σ_j q_j log softmax(u)_j with the target's share 1 - ε and ε / K for each class. */
function smoothedBySum(u: readonly number[], target: number): number {
  const sum = u.reduce((total, value) => total + Math.exp(value), 0);
  return u.reduce((total, value, j) => {
    const share = (j === target ? 1 - epsilon : 0) + epsilon / u.length;
    return total - share * (value - Math.log(sum));
  }, 0);
}

/** The logits whose cross entropy a method's loss is. */
const moved: Readonly<Record<string, (z: readonly number[], target: number) => number[]>> = {
  erm: (z) => [...z],
  ldam: (z, target) => {
    const largest = Math.max(...counts.map((n) => n ** -0.25));
    return z.map((value, j) => 30 * (value - (j === target ? (0.5 * counts[j]! ** -0.25) / largest : 0)));
  },
  "logit-adjustment": (z) => z.map((value, j) => value + Math.log(counts[j]! / 111)),
  "balanced-softmax": (z) => z.map((value, j) => value + Math.log(counts[j]! / 111)),
  vs: (z) => z.map((value, j) => (counts[j]! / 100) ** 0.15 * value + 1.25 * Math.log(counts[j]! / 111)),
};

suite("label smoothing", () => {
  test.for(Object.keys(moved))(
    "divides ε of the target among all classes, under the logits of %s",
    (name) => {
      const [stage] = stagesOf(methodOf(name, { labelSmoothing: epsilon }), counts, 10);
      const { values } = answerOf(lossOf(stage.loss), rows, targets);
      expectClose(
        values,
        rows.map((z, i) => smoothedBySum(moved[name]!(z, targets[i]!), targets[i]!)),
        { rtol: 1e-9 },
      );
    },
  );
  test("has the gradient that finite differences give", () => {
    const [stage] = stagesOf(methodOf("ldam", { labelSmoothing: epsilon, scale: 2 }), counts, 10);
    const loss = lossOf(stage.loss);
    const labels = BigInt64Array.of(0n, 2n);
    checkGradient((x) => loss(x, tensor(labels)).sum(), rows.flat(), { shape: [2, 3] });
  });
  test("keeps class weights outside of the sum: an example has its own class's, not the other classes'", () => {
    scope(() => {
      const [stage] = stagesOf(methodOf("erm", { labelSmoothing: epsilon }), counts, 10);
      const logits = tensor(Float64Array.from(rows.flat()), [2, 3]);
      const labels = tensor(targets, [2], { dtype: "int64" });
      const weights = tensor(Float64Array.of(1, 10, 100));
      const mean = weightedMean(lossOf(stage.loss)(logits, labels), labels, weights).item();
      const [first, second] = rows.map((z, i) => smoothedBySum(z, targets[i]!)) as [number, number];
      expect(mean).toBeCloseTo((first + 100 * second) / 101, 10);
    });
  });
  test.for([
    ["focal", "focal"],
    ["hg-drs", "margin-hinge"],
    ["mislas", "label-aware-smoothing"],
  ] as const)("is refused for %s, whose loss has no target to smooth", ([name, loss]) => {
    expect(() => methodOf(name, { labelSmoothing: 0.1 })).toThrow(
      `methodOf: expected labelSmoothing to be 0 for the loss ${loss}, got 0.1. It goes with cross-entropy, ldam, logit-adjustment, balanced-softmax, vector-scaling.`,
    );
  });
  test.for([1, -0.1, NaN])("refuses an ε of %d", (share) => {
    expect(() =>
      labelSmoothed(
        (logits) => logits,
        share,
        (logits) => logits,
      ),
    ).toThrow("to be in [0, 1)");
  });
});
