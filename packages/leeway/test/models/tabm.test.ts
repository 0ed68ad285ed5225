import { copyInto, Generator, noGrad, scope, tensor, type Tensor } from "@leeway/torch";
import { expectClose } from "@leeway/torch/testing";
import { describe as suite, expect, test } from "vitest";
import { Mlp, PiecewiseLinear, TableLinear, TabM } from "../../src/models/index.ts";

const made = (): { readonly classifier: "linear"; readonly generator: Generator } => ({
  classifier: "linear",
  generator: new Generator(0),
});
const int64 = (values: number[], shape: number[]): Tensor =>
  tensor(Int32Array.from(values), shape, { dtype: "int64" });
const rows = (): readonly [Tensor, Tensor] => [
  tensor([1, -2, 0.5, 4, 0, 3], [3, 2]),
  int64([1, 0, 3, 2, 2, 1], [3, 2]),
];

suite("PiecewiseLinear", () => {
  test("says how far a value is through each bin of its column, beside the value", () => {
    scope(() => {
      // Column 0 has bins from 0 to 1 and from 1 to 3, column 1 none.
      const bins = new PiecewiseLinear([[0, 1, 3], []]);
      expect(bins.size).toBe(2);
      const values = tensor([2, 5, 0.25, 5, -7, 5, 9, 5], [4, 2]);
      expect(bins.forward(values).toNumbers()).toEqual([
        ...[2, 5, 1, 0.5],
        ...[0.25, 5, 0.25, 0],
        ...[-7, 5, 0, 0],
        ...[9, 5, 1, 1],
      ]);
    });
  });

  test("has no bins of a column with two knots: a line has no bend", () => {
    expect(new PiecewiseLinear([[0, 1], [2]]).size).toBe(0);
  });
});

suite("TabM", () => {
  test("is the plain network where it has one member and no bins", () => {
    scope(() => {
      const plain = new Mlp(3, { numeric: 2, categories: [4, 3], width: 16, ...made() });
      const shape = { numeric: 2, categories: [4, 3], width: 16, members: 1, dropout: 0 };
      const model = new TabM(3, { ...shape, ...made() });
      noGrad(() => {
        for (const [name, value] of Object.entries(plain.stateDict()))
          copyInto(model.stateDict()[name]!, value);
      });
      const inputs = rows();
      for (const training of [true, false]) {
        plain.train(training);
        model.train(training);
        expect(model.forward(...inputs).toNumbers()).toEqual(plain.forward(...inputs).toNumbers());
      }
    });
  });

  test("gives each member's features of an example beside each other, and evaluated their mean", () => {
    scope(() => {
      const model = new TabM(2, {
        numeric: 2,
        categories: [4, 3],
        width: 8,
        members: 3,
        dropout: 0,
        ...made(),
      });
      const learning = model.features(...rows());
      expect([model.members, learning.shape]).toEqual([3, [9, 8]]);
      model.train(false);
      const evaluated = model.features(...rows());
      expect([model.members, evaluated.shape]).toEqual([1, [3, 8]]);
      expectClose(evaluated, learning.reshape([3, 3, 8]).mean({ dim: 1 }).toNumbers(), {
        rtol: 1e-6,
        atol: 1e-6,
      });
    });
  });

  test("has members that differ from the start", () => {
    scope(() => {
      const model = new TabM(2, { numeric: 8, width: 8, members: 4, dropout: 0, ...made() });
      const first = model.stateDict()["adapters.0"]!.toNumbers();
      expect(new Set(first.map(Math.abs))).toEqual(new Set([1]));
      const logits = model.forward(tensor([1, -2, 3, 0.5, 4, -1, 2, 7], [1, 8])).toNumbers();
      expect(new Set(logits).size).toBe(8); // of 4 members, 2 classes
    });
  });

  test("evaluated, gives the mean of its members' logits", () => {
    scope(() => {
      const model = new TabM(2, {
        numeric: 2,
        categories: [4, 3],
        width: 8,
        members: 3,
        dropout: 0,
        ...made(),
      });
      const learning = model
        .forward(...rows())
        .reshape([3, 3, 2])
        .mean({ dim: 1 });
      model.train(false);
      expectClose(model.forward(...rows()), learning.toNumbers(), { rtol: 1e-5, atol: 1e-6 });
    });
  });

  test("has the gradients of finite differences", () => {
    scope(() => {
      const knots = [
        [-1, 0, 1],
        [-2, 1, 2, 5],
      ];
      const model = new TabM(2, { numeric: 2, knots, width: 3, members: 2, dropout: 0, ...made() });
      model.to({ dtype: "float64" });
      const values = tensor(Float64Array.from([0.3, -1.2, 0.7, 1.4]), [2, 2]);
      const loss = (): Tensor => {
        const logits = model.forward(values);
        return logits.mul(logits).sum();
      };
      loss().backward();
      for (const parameter of model.parameters()) {
        const [start, h] = [parameter.toNumbers(), 1e-6];
        const at = (moved: readonly number[]): number =>
          noGrad(() => {
            copyInto(parameter, tensor(Float64Array.from(moved), parameter.shape));
            return loss().item();
          });
        const numeric = start.map((_, entry) => {
          const moved = (by: number): number[] => start.map((value, i) => (i === entry ? value + by : value));
          return (at(moved(h)) - at(moved(-h))) / (2 * h);
        });
        at(start);
        expectClose(parameter.grad!, numeric, { rtol: 1e-4, atol: 1e-6 });
      }
    });
  });

  test("names its parts", () => {
    const model = new TabM(2, { numeric: 1, categories: [3], knots: [[0, 1, 2]], width: 4, ...made() });
    expect(Object.keys(model.stateDict())).toEqual([
      ...["adapters.0", "adapters.1", "adapters.2"],
      "embeddings.0.weight",
      ...["bins.columns", "bins.starts", "bins.slopes"],
      ...["hidden.0.weight", "hidden.0.bias", "hidden.1.weight", "hidden.1.bias"],
      ...["norms.0.weight", "norms.0.bias", "norms.1.weight", "norms.1.bias"],
      ...["classifier.weight", "classifier.bias"],
    ]);
    model.dispose();
  });
});

suite("TableLinear", () => {
  test("has an input for each category that training knows, and none for others", () => {
    scope(() => {
      const model = new TableLinear(2, { numeric: 1, categories: [3, 4], ...made() });
      const features = model.features(tensor([7, 8, 9], [3, 1]), int64([1, 3, 0, 1, 2, 0], [3, 2]));
      expect(features.toNumbers()).toEqual([
        ...[7, 1, 0, 0, 0, 1],
        ...[8, 0, 0, 1, 0, 0],
        ...[9, 0, 1, 0, 0, 0],
      ]);
      expect(model.forward(tensor([7], [1, 1]), int64([0, 0], [1, 2])).shape).toEqual([1, 2]);
    });
  });

  test("takes values alone, and categories alone", () => {
    scope(() => {
      const values = tensor([1, 2], [1, 2]);
      expect(new TableLinear(2, { numeric: 2, ...made() }).features(values).toNumbers()).toEqual([1, 2]);
      const model = new TableLinear(2, { numeric: 0, categories: [3], ...made() });
      expect(model.features(tensor([], [1, 0]), int64([2], [1, 1])).toNumbers()).toEqual([0, 1]);
    });
  });
});
