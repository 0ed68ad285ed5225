import type { InputKind } from "../catalogue/index.ts";
import type { PriorEstimate } from "../metrics/index.ts";

/**
 * Class frequencies: by the classes' shares, by their names or as a list of length K; or by the name of what has them:
 * the training data, or with "auto" the examples themselves, at least 50 of them.
 */
export type RequestedPrior = readonly number[] | Readonly<Record<string, number>> | "training" | "auto";

/** How probabilities are read. */
export interface ReadingOptions {
  /**
   * π', the class frequencies where the model is used. The class of an example is then the most probable one; by default
   * it is the method's own decision.
   */
  readonly prior?: RequestedPrior | undefined;
  /** "none" leaves the decision out that `leeway decide` stored; by default it is applied where there is one. */
  readonly decision?: "none" | undefined;
}

/** Options of a prediction. */
export interface ExportedOptions extends ReadingOptions {
  /** Ends the prediction early, with its reason, an AbortError by default. */
  readonly signal?: AbortSignal | undefined;
  /** Takes what was not as in training, a sentence each: categories that it had not. By default nobody does. */
  readonly onNote?: ((note: string) => void) | undefined;
}

/** What a model makes of examples, in their order. */
export interface Classified {
  /** The class of each, length N: that of the highest score. */
  readonly classes: Int32Array;
  /** What classes are ranked by, [N, K] row by row: the method's logits, or with a prior log p. */
  readonly scores: Float32Array;
  /** [N, K] row by row. */
  readonly probabilities: Float32Array;
  /** The frequencies that the examples seem to have, where they were requested. */
  readonly estimate?: PriorEstimate;
  /** The classes that the run's decision gives, length N; absent where it has none, or none is requested. */
  readonly decisions?: Int32Array;
  /** What the decision abstains from; absent where it does not. */
  readonly abstention?: {
    /** Whether each example is abstained from, length N. */
    readonly abstained: readonly boolean[];
    /** Whether each class is in the set of each example, [N, K] row by row. */
    readonly sets: Uint8Array;
  };
}

/** The class of one example. */
export interface Prediction {
  /** What the method decides, or with a prior the most probable class. */
  readonly class: string;
  /** Of that class: not always the highest, since a method that re-balances decides for rare classes earlier. */
  readonly probability: number;
  /**
   * What the run's decision gives: the class by its thresholds or costs; null where it abstains. Absent where
   * `leeway decide` chose none.
   */
  readonly decision?: string | null;
  /** Whether the decision abstains: its set is not one class, or another than the rule's. Absent without --abstain. */
  readonly abstained?: boolean;
  /** The classes that cannot be ruled out, from none to all, in the classes' order. Absent without --abstain. */
  readonly set?: readonly string[];
  /** Of every class, by its name. */
  readonly probabilities: Readonly<Record<string, number>>;
  /** The columns that are passed on, by their names, as text; null where missing. Absent where none are requested. */
  readonly kept?: Readonly<Record<string, string | null>>;
}

/** A model that predicts examples: a run with its network, or an exported model. `E` is what it takes as an example. */
export interface Predicting<E> {
  readonly kind: InputKind;
  /** By label, length K. */
  readonly classNames: readonly string[];
  /** Predicts examples in their order; calls may overlap. */
  predict(
    examples: readonly E[],
    options?: ReadingOptions & { readonly signal?: AbortSignal | undefined },
  ): Promise<Prediction[]>;
  /** Frees the network, once all predictions are done. */
  close(): Promise<void>;
}
