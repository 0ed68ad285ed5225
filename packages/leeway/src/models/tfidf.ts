import {
  clamp,
  embedding,
  gather,
  type Generator,
  log,
  ones,
  scatterAdd,
  sqrt,
  type Tensor,
  tensor,
  zeros,
} from "@leeway/torch";
import { expected } from "../errors.ts";
import type { ModelFamily } from "./family.ts";
import { type Classifier, classifierLayer, type ClassifierLayer, Model } from "./model.ts";

/** What a {@link TfIdf} is made from. */
interface TfIdfOptions {
  /** What each word of the vocabulary counts for by its rarity, [V]; 0 for padding. */
  readonly idf: Float32Array;
  readonly classifier?: Classifier;
  readonly generator: Generator;
}

/**
 * Logistic regression on the words of a text, whatever their order: the plain baseline, and a strong one.
 *
 * Feature w of a text is (1 + log count) · idf_w where the word occurs, else 0, and the whole is brought to length 1.
 * With the cross-entropy of class weights and weight decay λ this is scikit-learn's weighted logistic regression with
 * sublinear term frequencies and C = 1 / (λN); of two classes, of which scikit-learn has one row of weights and not two,
 * C = 2 / (λN).
 *
 * @source Salton and Buckley 1988, "Term-weighting approaches in automatic text retrieval"
 */
export class TfIdf extends Model {
  readonly classifier: ClassifierLayer;
  /** [V] */
  readonly #idf: Tensor;

  constructor(classes: number, { idf, classifier = "linear", generator }: TfIdfOptions) {
    super();
    this.#idf = this.buffer("idf", tensor(idf));
    this.classifier = this.child("linear", classifierLayer(classifier, [idf.length, classes], generator));
  }

  /**
   * @param tokens [N, T] int64, 0 after a text's end
   * @returns [N, V]; nothing of it learns
   */
  features(tokens: Tensor): Tensor {
    const options = { device: tokens.device, dtype: this.#idf.dtype };
    const [texts, words] = [tokens.shape[0]!, this.#idf.shape[0]!];
    const added = (to: Tensor): Tensor => scatterAdd(zeros([texts, words], options), 1, tokens, to);
    // Worked out at the places of the text, [N, T], of which there are far fewer than words in the vocabulary.
    const count = gather(added(ones(tokens.shape, options)), 1, tokens); // how often each place's word occurs
    const idf = embedding(this.#idf.reshape([words, 1]), tokens).reshape(tokens.shape);
    const weight = log(count).add(1).mul(idf); // the word's feature, the same at each of its places
    const share = weight.div(count);
    const length = sqrt(weight.mul(share).sum({ dim: 1, keepdim: true })); // [N, 1]
    return added(share.div(clamp(length, { min: 1e-12 }))); // [N, V]
  }
}

/** The baseline for texts. */
export const tfIdfFamily: ModelFamily<"text"> = {
  input: "text",
  names: ["tfidf"],
  build: (name, { input, classes, classifier, generator }) => {
    const { idf } = input;
    if (idf === undefined)
      throw expected(name, "idf", "to be set, as it is once a vocabulary is learned", idf);
    return new TfIdf(classes, { idf, classifier, generator });
  },
};
