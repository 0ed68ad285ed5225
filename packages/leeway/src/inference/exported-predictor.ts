import type { InputKind } from "../catalogue/index.ts";
import { RunError } from "../errors.ts";
import type { ExamplePath, ExampleReader, PreparedExamples } from "../preparation/index.ts";
import type { DecisionRecord } from "../records/index.ts";
import { batchesOf, batchSizeOf } from "./batches.ts";
import { classifyLogits, type LogitsReading, requireEstimate } from "./classify.ts";
import type { Manifest } from "./manifest.ts";
import { namedPredictions } from "./named-predictions.ts";
import type { Classified, ExportedOptions, Predicting, Prediction } from "./prediction.ts";
import { priorShares } from "./prior-shares.ts";
import { type Queue, taskQueue } from "./queue.ts";
import type { Runtime } from "./runtime.ts";

/** A loaded model. */
export interface LoadedModel {
  readonly manifest: Manifest;
  /** `preparation.json` */
  readonly preparation: unknown;
  readonly reader: ExampleReader;
  readonly decision: DecisionRecord | null;
  readonly runtime: Runtime;
  /** Where it was loaded from, for errors. */
  readonly place: string;
}

/** How an example becomes what the reader takes: an image is decoded. */
export type Decode = (example: unknown, path: readonly PropertyKey[]) => unknown;

/** How several do, which may be computed together. */
export type DecodeAll = (examples: readonly unknown[], path: ExamplePath) => Promise<readonly unknown[]>;

/** Examples that are decoded one by one. */
export function eachBy(decode: Decode): DecodeAll {
  return (examples, path) => Promise.all(examples.map((each, i) => decode(each, path(i))));
}

/** An exported model, ready to predict until it is closed. Calls may overlap: batches of all wait in one queue. */
export class ExportedPredictor implements Predicting<unknown> {
  readonly manifest: Manifest;
  /** `preparation.json`, by which files of examples are read. */
  readonly preparation: unknown;
  readonly place: string;
  readonly #model: LoadedModel;
  readonly #decode: DecodeAll | undefined;
  readonly #batchSize: number;
  readonly #queue: Queue = taskQueue(1); // a graph runs on all threads
  readonly #calls = new Set<Promise<Classified>>();
  #closed: Promise<void> | undefined;

  constructor(model: LoadedModel, { decode }: { readonly decode?: DecodeAll | undefined } = {}) {
    this.manifest = model.manifest;
    this.preparation = model.preparation;
    this.place = model.place;
    this.#model = model;
    this.#decode = decode;
    this.#batchSize = batchSizeOf(model.manifest.kind, model.reader.declared);
  }

  get kind(): InputKind {
    return this.manifest.kind;
  }

  get classNames(): readonly string[] {
    return this.manifest.classNames;
  }

  /** The decision that `leeway decide` chose for the model; null where there is none. */
  get decision(): DecisionRecord | null {
    return this.#model.decision;
  }

  /**
   * Predicts examples in their order.
   *
   * @throws ArgumentError that names the example and the column of what is not as in training; for a prior that cannot be
   * @throws RunError with code "run" once the model is closed, or if its decision is of other weights
   */
  async predict(examples: readonly unknown[], options: ExportedOptions = {}): Promise<Prediction[]> {
    const classified = await this.#call(() => this.#classify(examples, options, (i) => ["examples", i]));
    return namedPredictions(classified, this.classNames);
  }

  /** The prediction of one example: as {@link predict}, whose errors then name its columns alone. */
  async predictOne(example: unknown, options: ExportedOptions = {}): Promise<Prediction> {
    const classified = await this.#call(() => this.#classify([example], options, () => []));
    return namedPredictions(classified, this.classNames)[0]!; // of one
  }

  /** Classes and probabilities of examples that were read from files. */
  classify(prepared: PreparedExamples, options: ExportedOptions = {}): Promise<Classified> {
    return this.#call(async () => {
      const reading = this.#begin(prepared.length, options);
      return reading(await this.#logits(prepared, options.signal));
    });
  }

  /** Frees the network, once all predictions are done. */
  close(): Promise<void> {
    return (this.#closed ??= Promise.allSettled(this.#calls).then(() => this.#model.runtime.release()));
  }

  /** A call that closing waits for. */
  async #call(work: () => Promise<Classified>): Promise<Classified> {
    const call = work();
    this.#calls.add(call);
    try {
      return await call;
    } finally {
      this.#calls.delete(call);
    }
  }

  async #classify(
    examples: readonly unknown[],
    options: ExportedOptions,
    path: ExamplePath,
  ): Promise<Classified> {
    const { signal, onNote } = options;
    const reading = this.#begin(examples.length, options);
    // What must be decoded is large: it is read a batch at a time. Anything else is looked at before anything is computed.
    const step = this.#decode === undefined ? Math.max(1, examples.length) : this.#batchSize;
    const part = async (from: number): Promise<Float32Array> => {
      const own = step < examples.length ? examples.slice(from, from + step) : examples;
      const pathOf: ExamplePath = (i) => path(from + i);
      const decode = this.#decode;
      const some = decode ? await decode(own, pathOf) : own;
      const prepared = this.#model.reader.read(some, pathOf);
      const logits = await this.#logits(prepared, signal);
      for (const note of prepared.notes) onNote?.(note);
      return logits;
    };
    if (examples.length <= step) return reading(await part(0));
    const logits = new Float32Array(examples.length * this.classNames.length);
    for (let from = 0; from < examples.length; from += step) {
      signal?.throwIfAborted();
      logits.set(await part(from), from * this.classNames.length);
    }
    return reading(logits);
  }

  /** What follows the logits, checked before they are computed. */
  #begin(
    examples: number,
    { prior, decision, signal }: ExportedOptions,
  ): (logits: Float32Array) => Classified {
    signal?.throwIfAborted();
    const { place, decision: own } = this.#model;
    if (this.#closed !== undefined) {
      throw new RunError("run", `${place}: expected a model that is open, got a closed one. Load it again.`);
    }
    const { calibration, scale, priorCounts, weights } = this.manifest;
    const shares = prior === undefined ? undefined : priorShares(prior, this.classNames);
    if (shares === "auto") requireEstimate(examples, calibration);
    const applied = decision === "none" ? null : own;
    if (applied !== null && applied.model !== weights) {
      const advice = 'Export the run again, or predict with decision "none".';
      const message = `${place}: expected a decision of the model's weights, got one of others. ${advice}`;
      throw new RunError("run", message, { path: place });
    }
    const reading: LogitsReading = { scale, calibration, priorCounts, decision: applied };
    return (logits) => classifyLogits(logits, reading, shares);
  }

  /** z, [N, K] row by row. */
  async #logits(prepared: PreparedExamples, signal: AbortSignal | undefined): Promise<Float32Array> {
    const classes = this.classNames.length;
    const all = new Float32Array(prepared.length * classes);
    for (const positions of batchesOf(prepared, this.#batchSize)) {
      const logits = await this.#queue.run(() => this.#model.runtime.run(prepared.inputs(positions)), signal);
      if (logits.length !== positions.length * classes)
        throw this.#otherShape(logits.length, positions.length);
      if (positions.length === prepared.length) return logits; // one batch, in the order of the examples
      positions.forEach((position, slot) => {
        all.set(logits.subarray(slot * classes, (slot + 1) * classes), position * classes);
      });
    }
    return all;
  }

  #otherShape(numbers: number, examples: number): RunError {
    const { place } = this.#model;
    const wanted = `logits of ${this.classNames.length} classes for ${examples} examples`;
    return new RunError(
      "run",
      `${place}: expected ${wanted}, got ${numbers} numbers. Export the run again.`,
      {
        path: place,
      },
    );
  }
}
