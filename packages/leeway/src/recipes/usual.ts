import type { InputKind } from "../data/index.ts";
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
}

/** The usual recipe of a kind of data: for images the paper's. */
export const usual: Readonly<Record<InputKind, Usual>> = {
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

/** Adam on data as it is, at 0.001, a tenth of it for the last fifth: when deferred stages begin. */
function adaptive(batchSize: number, epochs: number): Omit<Usual, "model"> {
  return {
    profile: "natural",
    epochs,
    batchSize,
    optimizer: "adam",
    weightDecay: 0,
    schedule: (length) => ({
      base: 1e-3,
      warmupEpochs: 0,
      decays: [{ fromEpoch: Math.round(0.8 * length), factor: 0.1 }],
    }),
  };
}
