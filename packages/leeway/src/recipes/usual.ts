import type { InputKind, TextOptions } from "../data/index.ts";
import type { Profile } from "../imbalance/index.ts";
import { type LearningRateSchedule, paperSchedule } from "./learning-rate.ts";
import type { OptimizerName } from "./recipe.ts";

/** What holds for a kind of data where nothing is asked for. */
export interface Usual {
  readonly profile: Profile | "natural";
  readonly model: string;
  readonly epochs: number;
  readonly batchSize: number;
  readonly optimizer: OptimizerName;
  readonly weightDecay: number;
  readonly schedule: (epochs: number) => LearningRateSchedule;
  /** How texts become numbers, where not as `defaultTextOptions` says. */
  readonly text?: Partial<TextOptions>;
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
  table: { ...adaptive(512, 20), model: "mlp" },
  embedding: { ...adaptive(256, 30), model: "linear" },
};

/** What is otherwise for a network than for the other networks that take its kind of data. */
const byModel: Readonly<Record<string, Partial<Usual>>> = {
  // A convex problem, solved to its end; words are counted, so all of a text is read.
  tfidf: {
    ...{ epochs: 30, batchSize: 256, weightDecay: 1e-5, text: { maxLength: 5000 } },
    schedule: (epochs) => dropping(epochs, 0.02),
  },
};

/** The usual recipe of a kind of data, for its usual network or for `model`: for images the paper's. */
export function usualFor(kind: InputKind, model?: string): Usual {
  const usual = byKind[kind];
  if (model === undefined || !Object.hasOwn(byModel, model)) return usual;
  return { ...usual, ...byModel[model], model };
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
