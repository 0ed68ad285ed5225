import { Generator, memory, scope, slice, type Tensor, tensor } from "@leeway/torch";
import { expectClose } from "@leeway/torch/testing";
import { describe as suite, expect, test } from "vitest";
import { methodOf } from "../../src/methods/index.ts";
import { LinearHead } from "../../src/models/index.ts";
import { random } from "../../src/random.ts";
import { ClassDistributions } from "../../src/training/class-distributions.ts";

const size = 128;
const branch = (): ClassDistributions => {
  const model = new LinearHead(8, 3, { classifier: "linear", generator: new Generator(0) });
  return new ClassDistributions(model, methodOf("proco").contrast!, new Generator(1));
};

/** Points and classes of six batches of five; none is of class 2 in the first epoch. */
const from = random(0, "points");
const batches = Array.from({ length: 6 }, (_, at) => ({
  points: Float64Array.from({ length: 5 * size }, () => from.uniform() - 0.5),
  targets: [0, 1, 1, at < 2 ? 0 : 2, 0],
}));

/** Features [6, 8] of all views of two examples. */
const featuresOfTwo = (): Tensor =>
  tensor(
    Float32Array.from({ length: 6 * 8 }, () => from.uniform()),
    [6, 8],
  );

/** Shows an epoch's batches, two of them. */
function show(to: ClassDistributions, epoch: number): void {
  to.beginEpoch(epoch);
  for (const { points, targets } of batches.slice(2 * epoch, 2 * epoch + 2)) {
    scope(() => {
      to.see(tensor(points, [5, size]), tensor(targets, [5], { dtype: "int64" }));
    });
  }
}

/** The plain mean of each class over the batches. */
function plainMeans(of: typeof batches): number[] {
  return [0, 1, 2].flatMap((label) => {
    const rows = of.flatMap(({ points, targets }) =>
      targets.flatMap((target, i) => (target === label ? [points.subarray(i * size, (i + 1) * size)] : [])),
    );
    return Array.from({ length: size }, (_, d) => rows.reduce((sum, row) => sum + row[d]!, 0) / Math.max(1, rows.length)); // prettier-ignore
  });
}

suite("ClassDistributions", () => {
  test("has the plain means of all points of an epoch and the one before, and of no other", () => {
    const classes = branch();
    show(classes, 0);
    expectClose(classes.means().toNumbers(), plainMeans(batches.slice(0, 2)), { atol: 1e-12 });
    show(classes, 1);
    expectClose(classes.means().toNumbers(), plainMeans(batches.slice(0, 4)), { atol: 1e-12 });
    show(classes, 2);
    expectClose(classes.means().toNumbers(), plainMeans(batches.slice(2, 6)), { atol: 1e-12 });
  });
  test("begins an epoch once, also where it is begun a second time", () => {
    const classes = branch();
    show(classes, 0);
    classes.beginEpoch(1);
    const begun = classes.means().toNumbers();
    classes.beginEpoch(1);
    expect(classes.means().toNumbers()).toEqual(begun);
  });
  test("goes on from its state", () => {
    const [one, other] = [branch(), branch()];
    show(one, 0);
    one.beginEpoch(1);
    other.loadStateDict(one.stateDict());
    for (const each of [one, other]) show(each, 1);
    expect(other.means().toNumbers()).toEqual(one.means().toNumbers());
  });
  test("adds to the last layer's losses the mean of both views'", () => {
    const classes = branch();
    const before = memory().tensors;
    scope(() => {
      const views = featuresOfTwo();
      const targets = tensor([0, 2], [2], { dtype: "int64" });
      const own = tensor([10, 20]);
      // Losses that are known, so that what is joined can be seen.
      const [first, second] = [[5, 7], [1, 2]] as const; // prettier-ignore
      const joined = classes.joined(own, views, {
        targets,
        loss: (logits) =>
          slice(logits, 1, { end: 1 })
            .reshape([-1])
            .mul(0)
            .add(tensor([...first, ...second])),
      });
      expect(joined.toNumbers()).toEqual([10 + (5 + 1) / 2, 20 + (7 + 2) / 2]);
    });
    expect(memory().tensors).toBe(before);
  });
  test("normalises what it projects by all views, the last layer's too", () => {
    const [joined, projected] = [branch(), branch()];
    scope(() => {
      const features = featuresOfTwo();
      const targets = tensor([0, 2], [2], { dtype: "int64" });
      joined.joined(tensor([10, 20]), features, {
        targets,
        loss: (logits) => logits.sum({ dim: 1 }),
      });
      projected.forward(features);
      const [own, all] = [joined, projected].map(({ projection }) => projection.norm.runningMean.toNumbers());
      expect(own).toEqual(all);
      expect(own).not.toContain(0);
    });
  });
});
