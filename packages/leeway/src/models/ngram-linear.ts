import { type Generator, nn, sparseRows, type Tensor } from "@leeway/torch";
import { expected } from "../errors.ts";
import type { ModelFamily } from "./family.ts";
import { type Classifier, classifierLayer, type ClassifierLayer, Model } from "./model.ts";

/** What an {@link NgramLinear} is made from. */
interface NgramLinearOptions {
  /** F, n-grams of the vocabulary. */
  readonly features: number;
  readonly classifier?: Classifier;
  readonly generator: Generator;
}

/**
 * A last layer alone on the TF-IDF features of n-grams, which are few of a hundred thousand in a text: logistic
 * regression, by whichever loss, weights and sampling the method has.
 *
 * Features are a sparse matrix, so that a step costs what its texts hold and not what the vocabulary does.
 */
export class NgramLinear extends Model {
  readonly classifier: ClassifierLayer;
  readonly #width: number;

  constructor(classes: number, { features, classifier = "linear", generator }: NgramLinearOptions) {
    super();
    this.#width = features;
    const layer =
      classifier === "cosine"
        ? new nn.CosineLinear(features, classes, { generator, sparse: true })
        : classifierLayer(classifier, [features, classes], generator);
    this.classifier = this.child("linear", layer);
  }

  /**
   * @param columns [Z] int64, the features of all texts, one text after another
   * @param values  [Z]
   * @param lengths [N] int64, features of each text
   * @returns [N, F], sparse; nothing of it learns
   */
  features(columns: Tensor, values: Tensor, lengths: Tensor): Tensor {
    return sparseRows(columns, values, { lengths, width: this.#width });
  }
}

/** The default for custom texts. */
export const ngramFamily: ModelFamily<"text"> = {
  input: "text",
  names: ["ngrams"],
  build: (name, { input, classes, classifier, generator }) => {
    const { vocabulary, sparse = false } = input;
    if (!sparse) throw expected(name, "input", "to be n-grams of texts", "words in their order");
    return new NgramLinear(classes, { features: vocabulary, classifier, generator });
  },
};
