import type { InputKind } from "../catalogue/index.ts";
import type { ExportedOptions, Prediction, Predicting } from "./prediction.ts";

/** A row of a table by the names of its columns; or a row that has a text or a vector in a column of training. */
export type RowExample = Readonly<Record<string, unknown>>;

/** Bytes that are read as a whole, such as a Blob or a File. */
export interface BlobLike {
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** An image: decoded (ImageData), a file's bytes, a Blob; in Node also a path or a file: URL, in a browser an address. */
export type ImageExample =
  | string
  | Uint8Array
  | ArrayBuffer
  | BlobLike
  | { readonly href: string }
  | { readonly data: Uint8Array | Uint8ClampedArray; readonly width: number; readonly height: number };

/** An example of any kind: a text is a string, a vector a list of numbers. */
export type Example = RowExample | ImageExample | readonly number[] | Float32Array | Float64Array;

/** What predicts many examples, and one whose errors name its columns alone. */
interface OnePredicting extends Predicting<unknown> {
  predict(examples: readonly unknown[], options?: ExportedOptions): Promise<Prediction[]>;
  predictOne(example: unknown, options?: ExportedOptions): Promise<Prediction>;
}

/** An exported model, loaded once. Calls of `predict` may overlap: their batches wait in one queue. */
export class Model {
  readonly #predictor: OnePredicting;

  constructor(predictor: OnePredicting) {
    this.#predictor = predictor;
  }

  /** What it takes: "table" rows, "text", "image" or "embedding" vectors. */
  get kind(): InputKind {
    return this.#predictor.kind;
  }

  /** The names of the classes, length K. */
  get classNames(): readonly string[] {
    return this.#predictor.classNames;
  }

  /**
   * Predicts one example, or many in their order.
   *
   * @throws ArgumentError whose message names the example and the column of what is not as in training
   */
  // A list comes first: any list is also a record of unknown values, as a row is.
  predict(examples: readonly Example[], options?: ExportedOptions): Promise<Prediction[]>;
  predict(example: Example, options?: ExportedOptions): Promise<Prediction>;
  predict(given: unknown, options: ExportedOptions = {}): Promise<Prediction | Prediction[]> {
    const isVector = Array.isArray(given) && typeof given[0] === "number";
    if (Array.isArray(given) && !isVector) return this.#predictor.predict(given, options);
    return this.#predictor.predictOne(given, options);
  }

  /** Frees the network, once all predictions are done. */
  close(): Promise<void> {
    return this.#predictor.close();
  }
}
