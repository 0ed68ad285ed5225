import type { DatasetName, InputKind, TextOptions } from "../catalogue/index.ts";
import type { Profile } from "../imbalance/index.ts";
import { type LearningRateSchedule, paperSchedule } from "./learning-rate.ts";
import type { OptimizerName, Recipe } from "./recipe.ts";

/** What holds for a kind of data where nothing is asked for. */
export interface Usual {
  readonly profile: Profile | "natural";
  readonly model: string;
  readonly epochs: number;
  readonly batchSize: number;
  readonly optimizer: OptimizerName;
  readonly weightDecay: number;
  /** At the rate of its own optimizer; see {@link usualSchedule}. */
  readonly schedule: (epochs: number) => LearningRateSchedule;
  /** How texts become numbers, where not as `defaultTextOptions` says. */
  readonly text?: Partial<TextOptions>;
  /** "ldam-drw" where left out. */
  readonly method?: string;
  /** Of methods that have such options. */
  readonly methodOptions?: Readonly<Record<string, number>>;
}

const byKind: Readonly<Record<InputKind, Usual>> = {
  image: {
    profile: "longtail",
    model: "resnet32",
    epochs: 200,
    batchSize: 128,
    optimizer: "sgd",
    weightDecay: 2e-4,
    schedule: (epochs) => paperSchedule(epochs),
  },
  text: { ...adaptive(64, 10), model: "bilstm" },
  table: { ...adaptive(512, 20), model: "mlp", method: "logit-adjustment" },
  embedding: {
    ...adaptive(256, 30),
    model: "linear",
    method: "logit-adjustment",
  },
};

/** What is otherwise for a network than for the other networks that take its kind of data. */
const byModel: Readonly<Record<string, Partial<Usual>>> = {
  // A convex problem, solved to its end; words are counted, so all of a text is read.
  tfidf: {
    ...{ epochs: 30, batchSize: 256, weightDecay: 3e-4, text: { maxLength: 5000 } },
    schedule: (epochs) => dropping(epochs, 0.005),
  },
};

/**
 * What holds for a data set otherwise than for its kind: the paper's larger images. A rate that drops at its first
 * decay is also when deferred stages begin.
 *
 * @source Cao et al. 2019 (arXiv:1906.07413v2), sections 4.2 and 4.3; iNaturalist's batches and weight decay as in
 *   He et al. 2016 (arXiv:1512.03385), whose recipe it follows
 */
const byDataset: Partial<Record<DatasetName, Partial<Usual>>> = {
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

/** What is otherwise for own data than for the paper's: class sizes as they are, and a shorter run. */
const ofOwnData: Partial<Record<InputKind, Partial<Usual>>> = { image: { profile: "natural", epochs: 60 } };

/** What a usual recipe depends on besides the kind of data. */
export interface UsualOptions {
  /** The network, where it is not the usual one. */
  readonly model?: string | undefined;
  /** A name of the catalogue; none for own data. */
  readonly dataset?: string | undefined;
}

/** The usual recipe of a kind of data, a data set and a network: for images the paper's. */
export function usualFor(kind: InputKind, { model, dataset }: UsualOptions = {}): Usual {
  const own = <T>(record: Readonly<Record<string, T>>, name = ""): T | undefined =>
    Object.hasOwn(record, name) ? record[name] : undefined;
  const ofData = dataset === undefined ? ofOwnData[kind] : own(byDataset, dataset);
  const usual = { ...byKind[kind], ...ofData, ...own(byModel, model) };
  return model === undefined ? usual : { ...usual, model };
}

/** The learning rate of an optimiser that is not of the data's usual kind. */
const rates = { sgd: 0.1, adaptive: 1e-3 } as const;

/** Adam and its kin: their steps do not grow with the gradient, so that SGD's rates are far too high for them. */
export function isAdaptive(optimizer: OptimizerName): boolean {
  return optimizer !== "sgd";
}

/** The usual schedule of so many epochs, at a rate for what takes the steps. */
export function usualSchedule(
  { optimizer: usual, schedule }: Usual,
  { epochs, optimizer = "sgd" }: Pick<Recipe, "epochs" | "optimizer">,
): LearningRateSchedule {
  const its = schedule(epochs);
  if (isAdaptive(optimizer) === isAdaptive(usual)) return its;
  return { ...its, base: isAdaptive(optimizer) ? rates.adaptive : rates.sgd };
}

/** A rate of 0.1 that drops to a tenth at each share of the run, without a warm-up. */
function tenths(shares: readonly number[]): Usual["schedule"] {
  return (epochs) => ({
    base: 0.1,
    warmupEpochs: 0,
    decays: shares.map((share) => ({ fromEpoch: Math.round(share * epochs), factor: 0.1 })),
  });
}

/** Adam on data as it is, at 0.001, a tenth of it for the last fifth: when deferred stages begin. */
function adaptive(batchSize: number, epochs: number): Omit<Usual, "model"> {
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
