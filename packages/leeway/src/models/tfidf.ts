import {
  add,
  clamp,
  div,
  type Generator,
  log,
  mul,
  norm,
  ones,
  scatterAdd,
  type Tensor,
  tensor,
  zeros,
} from "@leeway/torch";
import { expected } from "../errors.ts";
import type { ModelFamily } from "./family.ts";
import { type Classifier, classifierLayer, type ClassifierLayer, Model } from "./model.ts";

/** What a {@link TfIdf} is made from. */
export interface TfIdfOptions {
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
 * sublinear term frequencies and C = 1 / (λN).
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
    const { device } = tokens;
    const [texts, words] = [tokens.shape[0]!, this.#idf.shape[0]!];
    const counts = scatterAdd(zeros([texts, words], { device }), 1, tokens, ones(tokens.shape, { device }));
    // 1 + log count where there is one; min(count, 1) makes 0 of the others, whose logarithm is that of 1.
    const frequency = mul(add(log(clamp(counts, { min: 1 })), 1), clamp(counts, { max: 1 }));
    const weighted = mul(frequency, this.#idf); // [N, V]
    return div(weighted, clamp(norm(weighted, 1, { keepdim: true }), { min: 1e-12 }));
  }
}

/** The baseline for texts. */
export const tfIdfFamily: ModelFamily<"text"> = {
  input: "text",
  names: ["tfidf"],
  build: (name, { input, classes, classifier, generator }) => {
    const { idf } = input;
    if (idf === undefined) throw expected(name, "idf, which a vocabulary has once it is learned", idf);
    return new TfIdf(classes, { idf, classifier, generator });
  },
};
