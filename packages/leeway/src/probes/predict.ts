import { join } from "node:path";
import type { InputKind } from "../catalogue/index.ts";
import {
  catalogueForm,
  type Dataset,
  openPredictionInput,
  type PreparedInput,
  type RunPreparation,
} from "../data/index.ts";
import { decisionsOf } from "../decisions/index.ts";
import { expected, RunError } from "../errors.ts";
import { methodOf } from "../methods/index.ts";
import {
  calibratedPrior,
  calibratedProbabilities,
  type Calibration,
  estimatePrior,
  minForPrior,
  type PriorEstimate,
  topClasses,
  withPrior,
} from "../metrics/index.ts";
import { inputKindOf, type Recipe } from "../recipe/index.ts";
import { type DecisionRecord, isBySets, priorCounts } from "../records/index.ts";
import { loadWeights, modelFile, readPreparation, readWeights, recipeOf } from "../runs/index.ts";
import { decisionFile, readDecision, readRun, sha256, type StoredRun } from "../storage/index.ts";
import { endSession, readScores, type Session, startSession } from "../training/index.ts";
import { abstentionOf, decisionOf } from "./abstention.ts";

/** Class frequencies: by the classes' shares, length K, or by the name of what has them. */
type RequestedPrior = readonly number[] | "training" | "auto";

/** How probabilities are read, and what stands beside them. */
export interface PredictOptions {
  /**
   * π', the class frequencies where the model is used, length K; those of the training data; or with "auto" those that
   * the examples themselves seem to have, at least 50 of them. The class of an example is then the most probable one; by
   * default it is the method's own decision.
   */
  readonly prior?: RequestedPrior | undefined;
  /** "none" leaves the run's decision out, which `leeway decide` stored; by default it is applied where there is one. */
  readonly decision?: "none" | undefined;
  /** Columns of the table that the examples are rows of which are passed on, or ["all"]; by default none. */
  readonly keep?: readonly string[] | undefined;
}

/** Where a predictor computes. */
export interface PredictorOptions {
  /** "cpu" by default. */
  readonly device?: string | undefined;
}

/** An example of the run's kind: a row by the names of its columns, a text, the path of an image, or an embedding. */
type PredictionExample = string | Readonly<Record<string, unknown>> | readonly number[] | Float32Array;

/** What is to be predicted: examples, or the files that hold them. */
export type PredictionExamples = readonly PredictionExample[] | { readonly paths: readonly string[] };

/** What a predictor makes of examples, in their order. */
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

/**
 * Predicts examples with a run, once. For many calls {@link openPredictor} loads the network once.
 *
 * @param path the run's folder, or the link `latest`
 * @throws RunError with code "run" if there is no run; with code "data" for examples unlike those of training
 */
export async function predict(
  path: string,
  examples: PredictionExamples,
  { device, ...options }: PredictOptions & PredictorOptions = {},
): Promise<Prediction[]> {
  const predictor = openPredictor(path, { device });
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
 * @throws RunError with code "run" if there is no run
 */
export function openPredictor(path: string, options: PredictorOptions = {}): Predictor {
  return new Predictor(readRun(path), options);
}

interface Shape {
  readonly classes: number;
  readonly scale: number;
}

/** A trained run, ready to predict: its network is loaded at the first prediction, and held until it is closed. */
export class Predictor {
  readonly run: StoredRun;
  readonly recipe: Recipe;
  readonly preparation: RunPreparation;
  readonly classNames: readonly string[];
  /** Null where nothing was held out to fit one. */
  readonly #calibration: Calibration | null;
  readonly #device: string | undefined;
  #session: Session | null = null;
  #decision: { readonly record: DecisionRecord | null } | null = null;
  /** SHA-256 of the weights, once they are loaded. */
  #model = "";
  /** The reading before: two at a time would change each other's network between training and evaluating. */
  #before: Promise<unknown> = Promise.resolve();

  constructor(run: StoredRun, { device }: PredictorOptions = {}) {
    this.run = run;
    this.recipe = recipeOf(run);
    this.#device = device;
    const { recipe } = this;
    const { classNames } = run.record.data;
    this.classNames = classNames;
    const file = join(run.path, "preparation.json");
    this.preparation = {
      ...{ kind: inputKindOf(recipe), record: readPreparation(file), path: file, classNames },
      catalogue: recipe.source === undefined ? catalogueForm(recipe.dataset) : undefined,
    };
    this.#calibration = run.summary?.calibration ?? null;
  }

  /**
   * Predicts examples as they come, in their order. They are prepared exactly as those of training; calls may overlap.
   *
   * @throws RunError with code "data" for examples unlike those of training; with code "run" if the weights are not
   *   there or do not fit
   */
  async predict(
    examples: PredictionExamples,
    { keep, ...options }: PredictOptions = {},
  ): Promise<Prediction[]> {
    const { classNames } = this;
    if (!("paths" in examples) && examples.length === 0) return [];
    const { dataset, kept } = await this.#read(examples, keep);
    const classified = await this.classify(dataset, options);
    const { classes, probabilities } = classified;
    const length = classNames.length;
    return Array.from(classes, (label, i) => {
      const own = probabilities.subarray(i * length, (i + 1) * length);
      return {
        class: classNames[label]!, // of as many as classes
        probability: own[label]!, // likewise
        ...decisionOf(classified, i, classNames),
        probabilities: Object.fromEntries(classNames.map((name, j) => [name, own[j]!])),
        ...(keep && {
          kept: Object.fromEntries((kept ?? []).map(({ name, values }) => [name, values[i] ?? null])),
        }),
      };
    });
  }

  /**
   * The class frequencies that examples seem to have, by their probabilities alone, with intervals and whether they
   * differ from those of the training data; what the prior "auto" uses.
   *
   * @throws ArgumentError for fewer than 50 examples, or of a run without a calibration
   * @throws RunError as `predict` does
   */
  async estimatePrior(examples: PredictionExamples): Promise<PriorEstimate> {
    if (!("paths" in examples)) this.#requireEstimate(examples.length);
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
   * The class of examples that were prepared as the run's own, and the probabilities of every class.
   *
   *     p = softmax(s · z / T + b),   with a prior   p_j ∝ e^{s z_j / T + b_j} · π'_j / π_j
   *
   * The class is that of the highest z, by which the run's metrics are counted, too; with a prior that of the highest p.
   * The run's decision is made of the probabilities that a requested prior gives, else of those that it was chosen for.
   *
   * @throws ArgumentError for the prior "auto" of fewer than 50 examples, or of a run without a calibration
   * @throws RunError with code "run" if the weights are not there or do not fit, or the decision is of others
   */
  async classify(
    dataset: Dataset,
    { prior, decision }: Pick<PredictOptions, "prior" | "decision"> = {},
  ): Promise<Classified> {
    const decided = decision === "none" ? null : this.decision();
    if (prior === "auto") this.#requireEstimate(dataset.labels.length);
    const reading = this.#before.then(async () => {
      const session = this.#open(dataset);
      return { ...(await readScores(session, dataset)), scale: session.method.scale };
    });
    this.#before = reading.catch(() => undefined);
    const { scores: logits, scale } = await reading;
    const classes = this.classNames.length;
    const estimate = prior === "auto" ? this.#estimate(logits, { classes, scale }) : undefined;
    const named = prior === "auto" ? estimate?.prior : prior;
    const probabilities = this.#probabilities(logits, { prior: named, classes, scale });
    // A probability of 0 has no logarithm.
    const scores = prior === undefined ? logits : probabilities.map((p) => Math.log(Math.max(p, 1e-38)));
    const predicted = topClasses(scores, classes);
    const own = { classes: predicted, scores, probabilities, ...(estimate && { estimate }) };
    if (decided === null) return own;
    this.#requireModelOf(decided);
    const moved = prior === undefined && decided.prior !== undefined;
    const read = moved
      ? this.#probabilities(logits, { prior: decided.prior, classes, scale })
      : probabilities;
    const sets = decided.abstain && this.#probabilities(logits, { prior: undefined, classes, scale });
    const decisions = decisionsOf(sets && isBySets(decided) ? sets : read, decided.rule, { classes });
    if (sets === undefined || decided.abstain === undefined) return { ...own, decisions };
    return { ...own, decisions, abstention: abstentionOf(sets, decided.abstain, decisions) };
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
    const { scale } = methodOf(this.recipe.method, this.recipe.methodOptions);
    return this.#probabilities(logits, { prior, classes: this.classNames.length, scale });
  }

  #requireModelOf({ model }: DecisionRecord): void {
    if (model === this.#model) return;
    const path = join(this.run.path, decisionFile);
    const advice = "Decide again with leeway decide, or say --decision none.";
    const message = `${path}: expected a decision of the run's weights, got one of others. ${advice}`;
    throw new RunError("run", message, { path });
  }

  #requireEstimate(examples: number): void {
    if (this.#calibration === null) {
      const what = 'to be shares or "training", since the run has no calibration to estimate them by';
      throw expected("predict", "prior", what, "auto");
    }
    if (examples >= minForPrior) return;
    const what = `to be "auto" of at least ${minForPrior} examples`;
    throw expected("predict", "prior", what, examples, "Name the shares of the classes, or training.");
  }

  #estimate(logits: Float32Array, shape: Shape): PriorEstimate {
    const probabilities = this.#probabilities(logits, { prior: "training", ...shape });
    const { record, summary } = this.run;
    const prior = [...calibratedPrior(priorCounts(record.data))];
    return estimatePrior(probabilities, { prior, calibratedOn: summary?.calibration?.examples ?? Infinity });
  }

  #probabilities(
    logits: Float32Array,
    { prior, ...shape }: { readonly prior: Exclude<RequestedPrior, "auto"> | undefined } & Shape,
  ): Float32Array {
    const fit = this.#calibration;
    if (prior === undefined) return calibratedProbabilities(logits, fit, shape);
    // Older runs name the training data's frequencies only where they are requested.
    if (prior === "training") return calibratedProbabilities(logits, fit && { ...fit, prior }, shape);
    const counts = priorCounts(this.run.record.data);
    const plain = { temperature: 1, offsets: counts.map(() => 0) };
    return withPrior(logits, fit ?? plain, { prior, counts, scale: shape.scale });
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
    const { trainCounts: counts, unthinnedCounts } = this.run.record.data;
    // A session knows its classes by the training counts, and its inputs by what is predicted.
    const [train, device] = [withoutExamples(dataset), this.#device];
    const load = (session: Session): void => {
      loadWeights(session, weights);
    };
    this.#session = startSession(
      this.recipe,
      { train, validation: null, test: train, counts, ...(unthinnedCounts && { unthinnedCounts }) },
      { device, load },
    );
    return this.#session;
  }
}

/** What a network must know of a data set, so that the examples of the first prediction are not held. */
function withoutExamples({ name, input, classNames }: Dataset): Dataset {
  const none: Dataset = {
    ...{ name, input, classNames, labels: new Int32Array(0), ids: new Uint32Array(0) },
    select: () => none,
    batches: () => [],
  };
  return none;
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
