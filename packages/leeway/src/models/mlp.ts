import { type Generator, linear, nn, type Tensor } from "@leeway/torch";
import { besideCategories, categoryEmbedding, embeddedSize } from "./category-embeddings.ts";
import type { ModelFamily } from "./family.ts";
import { type Classifier, classifierLayer, type ClassifierLayer, Model } from "./model.ts";

/** What an {@link Mlp} is made from. */
interface MlpOptions {
  /** F, values of an example. */
  readonly numeric: number;
  /** The sizes of the G vocabularies; code 0 is "unknown". */
  readonly categories?: readonly number[];
  /** Neurons of a hidden layer. */
  readonly width?: number;
  readonly classifier: Classifier;
  readonly generator: Generator;
}

/**
 * Two hidden layers over values and categories: each category has a vector that is learned, all vectors and values
 * stand side by side, and each layer is linear, layer normalisation, ReLU.
 *
 * A category's vector has min(50, ⌈1.6 · n^0.56⌉) numbers for n categories; that of code 0 stays 0.
 *
 * @source the vectors' size: fastai's rule for tables, Howard and Gugger 2020 (arXiv:2002.04688)
 */
export class Mlp extends Model {
  readonly embeddings: readonly nn.Embedding[];
  readonly hidden: readonly [nn.Linear, nn.Linear];
  readonly norms: readonly [nn.LayerNorm, nn.LayerNorm];
  readonly classifier: ClassifierLayer;

  constructor(classes: number, { numeric, categories = [], width = 128, classifier, generator }: MlpOptions) {
    super();
    this.embeddings = categories.map((count, g) =>
      this.child(`embeddings.${g}`, categoryEmbedding(count, generator)),
    );
    const inputs = numeric + embeddedSize(categories);
    this.hidden = [
      this.child("hidden.0", new nn.Linear(inputs, width, { generator })),
      this.child("hidden.1", new nn.Linear(width, width, { generator })),
    ];
    this.norms = [
      this.child("norms.0", new nn.LayerNorm(width)),
      this.child("norms.1", new nn.LayerNorm(width)),
    ];
    this.classifier = this.child("classifier", classifierLayer(classifier, [width, classes], generator));
  }

  /**
   * @param values [N, F]
   * @param codes  [N, G] int64; not looked at where there are no categories
   * @returns [N, width]
   */
  features(values: Tensor, codes?: Tensor): Tensor {
    let x = besideCategories(values, codes, this.embeddings);
    this.hidden.forEach((layer, i) => {
      // The bias is added where the sum is read again, and not in a pass of its own.
      x = this.norms[i]!.forward(linear(x, layer.weight), { added: layer.bias, relu: true }); // as many as layers
    });
    return x;
  }
}

/** For tables. */
export const mlpTableFamily: ModelFamily<"table"> = {
  input: "table",
  names: ["mlp"],
  build: (_, { input, classes, classifier, generator }) =>
    new Mlp(classes, { numeric: input.numeric, categories: input.categories, classifier, generator }),
};

/** For embeddings that a last layer alone does not tell apart. */
export const mlpEmbeddingFamily: ModelFamily<"embedding"> = {
  input: "embedding",
  names: ["mlp"],
  build: (_, { input, classes, classifier, generator }) =>
    new Mlp(classes, { numeric: input.size, classifier, generator }),
};
