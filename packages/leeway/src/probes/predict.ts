import { existsSync } from "node:fs";
import { join } from "node:path";
import type { InputKind } from "../catalogue/index.ts";
import {
  catalogueForm,
  type Dataset,
  exampleKind,
  openPredictionInput,
  type PreparedInput,
  type RunPreparation,
} from "../data/index.ts";
import { RunError } from "../errors.ts";
import { methodOf } from "../methods/index.ts";
import {
  type Classified,
  classifyLogits,
  type LogitsReading,
  manifestFile,
  namedPredictions,
  type Prediction,
  priorShares,
  probabilitiesOf,
  type ReadingOptions,
  requireEstimate,
} from "../inference/index.ts";
import type { PriorEstimate } from "../metrics/index.ts";
import { inputKindOf, type Recipe } from "../recipe/index.ts";
import { type DecisionRecord, priorCounts } from "../records/index.ts";
import { modelFile, readPreparation, readWeights, recipeOf } from "../runs/index.ts";
import { decisionFile, readDecision, readRun, sha256, type StoredRun } from "../storage/index.ts";
import { endSession, readScores, type Session } from "../training/index.ts";
import { startRunNetwork } from "./run-network.ts";

/** How probabilities are read, and what stands beside them. */
export interface PredictOptions extends ReadingOptions {
  /** Columns of the table that the examples are rows of which are passed on, or ["all"]; by default none. */
  readonly keep?: readonly string[] | undefined;
  /** Ends the prediction early, with an AbortError. */
  readonly signal?: AbortSignal | undefined;
}

/** Where a predictor computes. */
export interface PredictorOptions {
  /** "cpu" by default. */
  readonly device?: string | undefined;
  /** Where the backbone is now, through which the run learned; by default where it was. */
  readonly backbone?: string | undefined;
}

/** An example of the run's kind: a row by the names of its columns, a text, the path of an image, or an embedding. */
type PredictionExample = string | Readonly<Record<string, unknown>> | readonly number[] | Float32Array;

/** What is to be predicted: examples, or the files that hold them. */
export type PredictionExamples = readonly PredictionExample[] | { readonly paths: readonly string[] };

/**
 * Predicts examples with a run, once. For many calls {@link openPredictor} loads the network once.
 *
 * @param path the run's folder, or the link `latest`
 * @throws RunError with code "run" if there is no run; with code "data" for examples unlike those of training
 */
export async function predict(
  path: string,
  examples: PredictionExamples,
  { device, backbone, ...options }: PredictOptions & PredictorOptions = {},
): Promise<Prediction[]> {
  const predictor = openPredictor(path, { device, backbone });
  try {
    return await predictor.predict(examples, options);
  } finally {
    await predictor.close();
  }
}

/**
 * Opens a run's folder to predict with it. Its data is not read. The network of an interrupted run, whose
 * summary has that status, is that of its last chosen epoch.
 *
 * @param path the run's folder, or the link `latest`
 * @throws RunError with code "run" if there is no run, or an exported model, which `loadModel` loads
 */
export function openPredictor(path: string, options: PredictorOptions = {}): Predictor {
  requireNoExport(path);
  return new Predictor(readRun(path), options);
}

/** An exported model has no run to read: it computes by another runtime, and takes images' bytes too. */
function requireNoExport(path: string): void {
  if (!existsSync(join(path, manifestFile)) || existsSync(join(path, "run.json"))) return;
  const advice = "Load it with loadModel, or name the run that it was made of.";
  const message = `${path}: expected the folder of a run, got that of an exported model. ${advice}`;
  throw new RunError("run", message, { path });
}

/** A trained run, ready to predict: its network is loaded at the first prediction, and held until it is closed. */
export class Predictor {
  readonly run: StoredRun;
  readonly recipe: Recipe;
  readonly preparation: RunPreparation;
  readonly classNames: readonly string[];
  readonly kind: InputKind;
  /** What makes classes of logits; the decision apart, which is read when one is applied. */
  readonly #reading: Omit<LogitsReading, "decision">;
  readonly #device: string | undefined;
  #session: Session | null = null;
  #decision: { readonly record: DecisionRecord | null } | null = null;
  /** SHA-256 of the weights, once they are loaded. */
  #model = "";
  /** The reading before: two at a time would change each other's network between training and evaluating. */
  #before: Promise<unknown> = Promise.resolve();

  constructor(run: StoredRun, { device, backbone }: PredictorOptions = {}) {
    this.run = run;
    this.recipe = recipeOf(run);
    this.#device = device;
    const { recipe } = this;
    const { classNames } = run.record.data;
    this.classNames = classNames;
    this.kind = inputKindOf(recipe);
    const file = join(run.path, "preparation.json");
    this.preparation = {
      ...{ kind: this.kind, record: readPreparation(file), path: file, classNames },
      catalogue: recipe.source === undefined ? catalogueForm(recipe.dataset) : undefined,
      backbone,
    };
    if (backbone !== undefined && exampleKind(this.preparation) === this.kind) {
      const message = `${run.path}: expected a run that learned through a backbone, which is now at ${backbone}, got one that did not. Leave it out.`;
      throw new RunError("usage", message, { path: run.path });
    }
    this.#reading = {
      scale: methodOf(recipe.method, recipe.methodOptions).scale,
      calibration: run.summary?.calibration ?? null,
      priorCounts: priorCounts(run.record.data),
    };
  }

  /**
   * Predicts examples as they come, in their order. They are prepared exactly as those of training; calls may overlap.
   *
   * @throws RunError with code "data" for examples unlike those of training; with code "run" if the weights are not
   *   there or do not fit
   */
  async predict(
    examples: PredictionExamples,
    { keep, signal, ...options }: PredictOptions = {},
  ): Promise<Prediction[]> {
    signal?.throwIfAborted();
    if (!("paths" in examples) && examples.length === 0) return [];
    const { dataset, kept } = await this.#read(examples, keep);
    signal?.throwIfAborted();
    const classified = await this.classify(dataset, options);
    signal?.throwIfAborted();
    const predictions = namedPredictions(classified, this.classNames);
    if (keep === undefined) return predictions;
    const keptOf = (i: number): [string, string | null][] =>
      (kept ?? []).map(({ name, values }) => [name, values[i] ?? null]);
    return predictions.map((each, i) => ({ ...each, kept: Object.fromEntries(keptOf(i)) }));
  }

  /**
   * The class frequencies that examples seem to have, by their probabilities alone, with intervals and whether they
   * differ from those of the training data; what the prior "auto" uses.
   *
   * @throws ArgumentError for fewer than 50 examples, or of a run without a calibration
   * @throws RunError as `predict` does
   */
  async estimatePrior(examples: PredictionExamples): Promise<PriorEstimate> {
    if (!("paths" in examples)) requireEstimate(examples.length, this.#reading.calibration);
    const { estimate } = await this.classify((await this.#read(examples)).dataset, { prior: "auto" });
    return estimate!; // requested
  }

  #read(examples: PredictionExamples, keep?: readonly string[]): Promise<PreparedInput> {
    const { preparation, recipe } = this;
    const { label, options } = recipe.source ?? {};
    const input =
      "paths" in examples ? examples : { paths: [], lines: linesOf(examples, preparation.kind, options) };
    return openPredictionInput(preparation, { ...input, label, keep, options });
  }

  /**
   * The class of examples that were prepared as the run's own, and the probabilities of every class: see
   * {@link classifyLogits}. The class without a prior is that by which the run's metrics are counted, too.
   *
   * @throws ArgumentError for the prior "auto" of fewer than 50 examples, or of a run without a calibration
   * @throws RunError with code "run" if the weights are not there or do not fit, or the decision is of others
   */
  async classify(dataset: Dataset, { prior, decision }: ReadingOptions = {}): Promise<Classified> {
    const shares = prior === undefined ? undefined : priorShares(prior, this.classNames);
    const decided = decision === "none" ? null : this.decision();
    if (prior === "auto") requireEstimate(dataset.labels.length, this.#reading.calibration);
    const reading = this.#before.then(() => readScores(this.#open(dataset), dataset));
    this.#before = reading.catch(() => undefined);
    const { scores: logits } = await reading;
    if (decided !== null) this.#requireModelOf(decided);
    return classifyLogits(logits, { ...this.#reading, decision: decided }, shares);
  }

  /**
   * The run's decision, which `leeway decide` stored; null where there is none.
   *
   * @throws RunError with code "run" if its file is damaged
   */
  decision(): DecisionRecord | null {
    return (this.#decision ??= { record: readDecision(this.run.path) }).record;
  }

  /** The probabilities of logits as the method reads them, [N, K] row by row; with a prior, with its frequencies. */
  probabilitiesOf(logits: Float32Array, prior?: readonly number[]): Float32Array {
    return probabilitiesOf(logits, this.#reading, prior);
  }

  #requireModelOf({ model }: DecisionRecord): void {
    if (model === this.#model) return;
    const path = join(this.run.path, decisionFile);
    const advice = "Decide again with leeway decide, or say --decision none.";
    const message = `${path}: expected a decision of the run's weights, got one of others. ${advice}`;
    throw new RunError("run", message, { path });
  }

  /** Frees the network, once all predictions are done. A prediction after it loads it again. */
  async close(): Promise<void> {
    await this.#before;
    if (this.#session !== null) endSession(this.#session);
    this.#session = null;
  }

  #open(dataset: Dataset): Session {
    if (this.#session !== null) return this.#session;
    const weights = readWeights(join(this.run.path, modelFile));
    this.#model = sha256(weights.bytes);
    this.#session = startRunNetwork(this.run, weights, { dataset, device: this.#device });
    return this.#session;
  }
}

/** Examples as the lines that stdin would have: rows and embeddings become JSON. */
function linesOf(
  examples: readonly PredictionExample[],
  kind: InputKind,
  reading: Readonly<Record<string, unknown>> = {},
): string[] {
  const { text = "text", vector = "vector" } = reading as {
    readonly text?: string;
    readonly vector?: string;
  };
  // A text that names its column would be taken for the header of a table.
  const asRows = kind === "text" && examples.some((each) => typeof each !== "string" || each.includes(text));
  return examples.map((each) => {
    if (typeof each === "string") return asRows ? JSON.stringify({ [text]: each }) : each;
    const isVector = Array.isArray(each) || each instanceof Float32Array;
    return JSON.stringify(isVector ? { [vector]: [...each] } : each);
  });
}
