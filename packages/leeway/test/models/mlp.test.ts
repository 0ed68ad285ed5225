import { Generator, scope, tensor, type Tensor } from "@leeway/torch";
import { describe as suite, expect, test } from "vitest";
import { Adapter, embeddingSize, LinearHead, Mlp } from "../../src/models/index.ts";

const made = (): { readonly classifier: "linear"; readonly generator: Generator } => ({
  classifier: "linear",
  generator: new Generator(0),
});
const int64 = (values: number[], shape: number[]): Tensor =>
  tensor(Int32Array.from(values), shape, { dtype: "int64" });

suite("Mlp", () => {
  test("makes features from values and categories, and logits from features", () => {
    scope(() => {
      const model = new Mlp(3, { numeric: 2, categories: [4, 7], width: 16, ...made() });
      const inputs = [tensor([1, 2, 3, 4], [2, 2]), int64([0, 1, 2, 3], [2, 2])] as const;
      expect(model.features(...inputs).shape).toEqual([2, 16]);
      expect(model.forward(...inputs).shape).toEqual([2, 3]);
    });
  });

  test("takes values alone, and categories alone", () => {
    scope(() => {
      expect(
        new Mlp(2, { numeric: 3, width: 4, ...made() }).forward(tensor([1, 2, 3], [1, 3])).shape,
      ).toEqual([1, 2]);
      const categories = new Mlp(2, { numeric: 0, categories: [3], width: 4, ...made() });
      expect(categories.forward(tensor([], [1, 0]), int64([2], [1, 1])).shape).toEqual([1, 2]);
    });
  });

  test("knows nothing of a category that training had not", () => {
    scope(() => {
      const [vectors] = new Mlp(2, { numeric: 1, categories: [5], ...made() }).embeddings;
      const unknown = vectors!.forward(int64([0], [1]));
      expect(unknown.toNumbers().every((value) => value === 0)).toBe(true);
    });
  });

  test("names its parts", () => {
    const model = new Mlp(2, { numeric: 1, categories: [3], width: 4, ...made() });
    expect(Object.keys(model.stateDict())).toEqual([
      "embeddings.0.weight",
      ...["hidden.0.weight", "hidden.0.bias", "hidden.1.weight", "hidden.1.bias"],
      ...["norms.0.weight", "norms.0.bias", "norms.1.weight", "norms.1.bias"],
      ...["classifier.weight", "classifier.bias"],
    ]);
    model.dispose();
  });
});

suite("Adapter", () => {
  test("begins with its inputs as features, and learns to change them", () => {
    scope(() => {
      const model = new Adapter(3, 2, made());
      const inputs = tensor([1, 2, 3, -4, 5, -6], [2, 3]);
      expect(model.features(inputs).toNumbers()).toEqual(inputs.toNumbers());
      model.forward(inputs).sum().backward();
      expect(model.up.weight.grad!.toNumbers().some((value) => value !== 0)).toBe(true);
      model.dispose();
    });
  });
});

suite("embeddingSize", () => {
  test("grows with the categories, up to 50", () => {
    expect([2, 10, 100, 1000].map(embeddingSize)).toEqual([3, 6, 22, 50]); // ⌈1.6 · n^0.56⌉
  });
});

suite("LinearHead", () => {
  test("takes its inputs as features", () => {
    scope(() => {
      const model = new LinearHead(2, 3, made());
      const vectors = tensor([1, 2], [1, 2]);
      expect(model.features(vectors).toNumbers()).toEqual([1, 2]);
      expect(model.forward(vectors).shape).toEqual([1, 3]);
    });
  });
});
