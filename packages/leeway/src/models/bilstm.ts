import {
  arange,
  type Generator,
  less,
  maskedFill,
  max,
  maxOfSequences,
  nn,
  packSequences,
  type Tensor,
  unsqueeze,
} from "@leeway/torch";
import type { ModelFamily } from "./family.ts";
import { type Classifier, classifierLayer, type ClassifierLayer, Model } from "./model.ts";

/** What a {@link BiLstm} is made from. */
interface BiLstmOptions {
  /** Numbers a token may have, padding included. */
  readonly vocabulary: number;
  /** Size of a word's vector. */
  readonly embeddingSize?: number;
  /** Size of each direction's state. */
  readonly hiddenSize?: number;
  readonly layers?: number;
  /** Share of the values dropped while training: of word vectors, between layers, and of features. */
  readonly dropout?: number;
  readonly classifier?: Classifier;
  readonly generator: Generator;
}

/**
 * The text classifier of the paper, a two-layer bidirectional LSTM: word vectors, the LSTM, the largest value of each
 * of its outputs over the text, and a last layer. Sizes and pooling are ours, since the paper gives none: pooling over
 * all positions is better than the last states in both sources, and the maximum better than the mean in the second.
 *
 * Padding changes nothing: see `nn.LSTM`, and outputs beyond a text's end are never the largest.
 *
 * @source Cao et al. 2019 (arXiv:1906.07413v2), section 4.1; Johnson and Zhang 2016 (arXiv:1602.02373), section 2.3;
 *   Conneau et al. 2017 (arXiv:1705.02364), table 3
 */
export class BiLstm extends Model {
  readonly embedding: nn.Embedding;
  readonly lstm: nn.LSTM;
  readonly classifier: ClassifierLayer;
  readonly #dropout: nn.Dropout;

  constructor(
    classes: number,
    {
      vocabulary,
      embeddingSize = 128,
      hiddenSize = 128,
      layers = 2,
      dropout = 0.5,
      classifier = "linear",
      generator,
    }: BiLstmOptions,
  ) {
    super();
    // Deviation 0.1, not PyTorch's 1: Adam's steps of 0.001 would hardly move such large vectors in a few epochs.
    const words = { paddingIdx: 0, deviation: 0.1, generator };
    this.embedding = this.child("embedding", new nn.Embedding(vocabulary, embeddingSize, words));
    const between = { layers, bidirectional: true, dropout, generator };
    this.lstm = this.child("lstm", new nn.LSTM(embeddingSize, hiddenSize, between));
    this.#dropout = this.child("dropout", new nn.Dropout(dropout));
    this.classifier = this.child("linear", classifierLayer(classifier, [2 * hiddenSize, classes], generator));
  }

  /**
   * @param tokens  [N, T] int64, 0 after a text's end
   * @param lengths [N] int64, each 1 to T
   * @returns [N, 2 · hiddenSize]
   */
  features(tokens: Tensor, lengths: Tensor): Tensor {
    return this.#dropout.forward(
      tokens.device === "cpu" ? this.#withoutPadding(tokens, lengths) : this.#padded(tokens, lengths),
    );
  }

  /** The largest outputs, [N, 2 · hiddenSize], with no padding computed. */
  #withoutPadding(tokens: Tensor, lengths: Tensor): Tensor {
    const vectors = this.#dropout.forward(this.embedding.forward(packSequences(tokens, lengths))); // [R, E]
    return maxOfSequences(this.lstm.overRows(vectors, lengths), lengths);
  }

  /** The same by operators that every device has. */
  #padded(tokens: Tensor, lengths: Tensor): Tensor {
    const vectors = this.#dropout.forward(this.embedding.forward(tokens)); // [N, T, E]
    const outputs = this.lstm.forward(vectors, { lengths }); // [N, T, 2H]
    const position = unsqueeze(arange(tokens.shape[1]!, { device: tokens.device }), 0); // [1, T]
    const beyond = less(unsqueeze(lengths.sub(1), 1), position); // [N, T]
    return max(maskedFill(outputs, unsqueeze(beyond, 2), -Infinity), 1).values;
  }
}

/** The paper's network for texts. */
export const biLstmFamily: ModelFamily<"text"> = {
  input: "text",
  names: ["bilstm"],
  build: (_, { input, classes, classifier, generator }) =>
    new BiLstm(classes, { vocabulary: input.vocabulary, classifier, generator }),
};
