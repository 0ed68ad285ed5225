import {
  type DatasetName,
  defaultNgramOptions,
  type InputKind,
  type TextOptions,
} from "../catalogue/index.ts";
import { defaultLength } from "./default-length.ts";
import { type LearningRateSchedule, paperSchedule } from "./learning-rate.ts";
import type { OptimizerName, Recipe } from "./fields.ts";

/** The defaults of a kind of data. */
export interface Defaults {
  readonly profile: Recipe["profile"];
  readonly model: string;
  /** The network of so many examples of custom data or more, where that is another one. */
  readonly large?: { readonly examples: number; readonly model: string };
  readonly epochs: number;
  readonly batchSize: number;
  readonly optimizer: OptimizerName;
  readonly weightDecay: number;
  /** At the rate of its own optimizer; see {@link defaultSchedule}. */
  readonly schedule: (epochs: number) => LearningRateSchedule;
  /** How texts become numbers, apart from `defaultWordOptions`. */
  readonly text?: Partial<TextOptions>;
  readonly method: string;
  /** Of methods that have such options. */
  readonly methodOptions?: Readonly<Record<string, number>>;
  /** What the rates of both kinds of optimizer are divided by; 1 by default. */
  readonly rateDivisor?: number;
}

const byKind: Readonly<Record<InputKind, Defaults>> = {
  image: {
    profile: "longtail",
    method: "ldam-drw",
    model: "resnet32",
    epochs: 200,
    batchSize: 128,
    optimizer: "sgd",
    weightDecay: 2e-4,
    schedule: (epochs) => paperSchedule(epochs),
  },
  text: { ...adaptive(64, 10), model: "bilstm", method: "ldam-drw" },
  table: {
    ...adaptive(512, 20),
    model: "tabm",
    // Up to there a run of either has as many steps. Then batches grow, and the members' some minutes become many.
    large: { examples: 1_000_000, model: "mlp" },
    method: "logit-adjustment",
  },
  embedding: {
    ...adaptive(256, 30),
    model: "linear",
    method: "logit-adjustment",
  },
};

/** What differs for a network from the other networks that take its kind of data. */
const byModel: Readonly<Record<string, Partial<Defaults>>> = {
  // Every member learns from every example: fewer steps, at a higher rate. No decay, or three times as much, does as well.
  tabm: {
    ...{ epochs: 20, batchSize: 256, optimizer: "adamw", weightDecay: 0.03 },
    schedule: (epochs) => dropping(epochs, 0.002),
  },
  // A convex problem, solved to its end; words are counted, so all of a text is read.
  tfidf: {
    ...{
      epochs: 30,
      batchSize: 256,
      weightDecay: 3e-4,
      text: { maxLength: 5000 },
      method: "logit-adjustment",
    },
    schedule: (epochs) => dropping(epochs, 0.005),
  },
  ngrams: {
    ...{ epochs: 12, batchSize: 256, weightDecay: 3e-5, text: defaultNgramOptions },
    method: "logit-adjustment",
    schedule: (epochs) => dropping(epochs, 0.03),
  },
};

/**
 * What differs for a data set from its kind: the paper's larger images. A rate that drops at its first
 * decay is also when deferred stages begin.
 *
 * @source Cao et al. 2019 (arXiv:1906.07413v2), sections 4.2 and 4.3; iNaturalist's batches and weight decay as in
 *   He et al. 2016 (arXiv:1512.03385), whose recipe it follows
 */
const byDataset: Partial<Record<DatasetName, Partial<Defaults>>> = {
  "tiny-imagenet": {
    model: "resnet18",
    epochs: 120,
    schedule: tenths([90 / 120]),
    methodOptions: { deferAt: 90 / 120 },
  },
  inaturalist2018: {
    profile: "natural",
    model: "resnet50",
    epochs: 90,
    batchSize: 256,
    weightDecay: 1e-4,
    schedule: tenths([30 / 90, 60 / 90]),
    methodOptions: { deferAt: 60 / 90, maxMargin: 0.3 },
  },
};

/** What differs for custom data from the paper's: class sizes as they are, a shorter run, another network for texts. */
const byCustomKind: Partial<Record<InputKind, Partial<Defaults>>> = {
  image: { profile: "natural", epochs: 60 },
  text: { model: "ngrams" },
};

/** What defaults depend on besides the kind of data. */
export interface DefaultsOptions {
  /** The network, if it is not the default one. */
  readonly model?: string;
  /** A name of the catalogue; none for custom data. */
  readonly dataset?: string;
  /** How many training examples custom data has, if that is known. */
  readonly examples?: number | undefined;
  /** Whether the network begins from weights that were trained before. */
  readonly initialised?: boolean;
}

/** The defaults of a kind of data, a data set, a network and a number of examples: for images the paper's. */
export function defaultsFor(
  kind: InputKind,
  { model, dataset, examples, initialised = false }: DefaultsOptions = {},
): Defaults {
  const own = <T>(record: Readonly<Record<string, T>>, name = ""): T | undefined =>
    Object.hasOwn(record, name) ? record[name] : undefined;
  const ofData = {
    ...byKind[kind],
    ...(dataset === undefined ? byCustomKind[kind] : own(byDataset, dataset)),
  };
  const { large } = ofData;
  const isLarge = large !== undefined && examples !== undefined && examples >= large.examples;
  const network = model ?? (isLarge ? large.model : ofData.model);
  const defaults = {
    ...ofData,
    ...own(byModel, network),
    ...(examples !== undefined && defaultLength(kind, { examples, model: network })),
    model: network,
  };
  return initialised ? fineTuned(defaults) : defaults;
}

/** A third of the epochs, 30 at most, at a tenth of the rate: what is known already is to be kept. */
function fineTuned(defaults: Defaults): Defaults {
  return { ...defaults, epochs: Math.min(30, Math.ceil(defaults.epochs / 3)), rateDivisor: 10 };
}

/** The learning rate of an optimizer that is not of the data's default kind. */
const rates = { sgd: 0.1, adaptive: 1e-3 } as const;

/** Adam and its kin: their steps do not grow with the gradient, so that SGD's rates are far too high for them. */
export function isAdaptive(optimizer: OptimizerName): boolean {
  return optimizer !== "sgd";
}

/** The default schedule of so many epochs, at a rate for what takes the steps. */
export function defaultSchedule(
  defaults: Defaults,
  { epochs, optimizer = "sgd" }: Pick<Recipe, "epochs" | "optimizer">,
): LearningRateSchedule {
  const its = defaults.schedule(epochs);
  const isOfKind = isAdaptive(optimizer) === isAdaptive(defaults.optimizer);
  const base = isOfKind ? its.base : isAdaptive(optimizer) ? rates.adaptive : rates.sgd;
  return { ...its, base: base / (defaults.rateDivisor ?? 1) };
}

/** The default method where class weights are given and the data's own one balances classes without them. */
export const weighedMethod = "erm";

/** Of SGD; every recipe records it, whatever takes the steps. */
export const defaultMomentum = 0.9;

/** A rate of 0.1 that drops to a tenth at each share of the run, without a warm-up. */
function tenths(shares: readonly number[]): Defaults["schedule"] {
  return (epochs) => ({
    base: 0.1,
    warmupEpochs: 0,
    decays: shares.map((share) => ({ fromEpoch: Math.round(share * epochs), factor: 0.1 })),
  });
}

/** Adam on data as it is, at 0.001, a tenth of it for the last fifth: when deferred stages begin. */
function adaptive(batchSize: number, epochs: number): Omit<Defaults, "model" | "method"> {
  return {
    profile: "natural",
    epochs,
    batchSize,
    optimizer: "adam",
    weightDecay: 0,
    schedule: (length) => dropping(length, 1e-3),
  };
}

function dropping(epochs: number, base: number): LearningRateSchedule {
  return { base, warmupEpochs: 0, decays: [{ fromEpoch: Math.round(0.8 * epochs), factor: 0.1 }] };
}
