import { Generator, manualSeed, optim, scope } from "@leeway/torch";
import type { DataSplits, Preparation } from "../data/index.ts";
import { expected } from "../errors.ts";
import type { Stage } from "../imbalance/index.ts";
import type { Loss } from "../losses/index.ts";
import { type Method, methodOf } from "../methods/index.ts";
import { buildModel, type Model } from "../models/index.ts";
import type { Recipe } from "../recipe/index.ts";

/** The data of a run: what is trained on, what chooses the epoch (null for nothing), what is reported on. */
export interface RunData extends DataSplits {
  /** n_j of `train`, length K. */
  readonly counts: readonly number[];
  /** How examples became numbers, where that was learned from `train`. */
  readonly preparation?: Preparation;
  /** Whether the test is a part of one's own data that the seed chose. */
  readonly testHeldOut?: boolean;
  /** What a person should know of what was read. */
  readonly notes?: readonly string[];
}

/** A recipe made real: its data, its network and what trains it, before the first step. */
export interface Session {
  readonly recipe: Recipe;
  readonly data: RunData;
  readonly method: Method;
  /** The loss of the stage that holds, which `enterStage` and `resumeStage` set; of the first before. */
  loss: Loss;
  readonly stages: readonly Stage[];
  readonly model: Model;
  readonly optimizer: optim.Optimizer;
  /** Where it computes: "cpu", "cuda", "cuda:1". */
  readonly device: string;
}

/**
 * The network, loss and optimiser of a recipe for its data, seeded. End it with {@link endSession}.
 *
 * @throws ArgumentError if the recipe's model or regularisers are not for this kind of data
 */
export function startSession(recipe: Recipe, data: RunData, { device = "cpu" } = {}): Session {
  const method = methodOf(recipe.method, recipe.methodOptions);
  const { input } = data.train;
  if (input.kind !== "image" && method.regularisers?.cutout) {
    throw expected("recipe", "cutout", "to be 0 for data other than images", method.regularisers.cutout);
  }
  manualSeed(recipe.seed);
  // In a scope, because what initial values are computed from would else wait for the garbage collector.
  const model = scope(() =>
    buildModel(recipe.model, {
      input,
      classes: data.counts.length,
      classifier: method.classifier,
      generator: new Generator(recipe.seed),
    }),
  );
  if (device !== "cpu") model.to({ device });
  return {
    recipe,
    data,
    method,
    loss: method.loss(data.counts),
    stages: method.stages(data.counts, recipe.epochs),
    model,
    optimizer: optimizerOf(recipe, model),
    device,
  };
}

function optimizerOf({ optimizer, momentum, weightDecay, schedule }: Recipe, model: Model): optim.Optimizer {
  const parameters = model.parameters();
  const lr = schedule.base;
  if (optimizer === "adam") return new optim.Adam(parameters, { lr, weightDecay });
  if (optimizer === "adamw") return new optim.AdamW(parameters, { lr, weightDecay });
  return new optim.SGD(parameters, { lr, momentum, weightDecay });
}

/** Frees what a session holds: the network and what the optimiser remembers. */
export function endSession({ model, optimizer }: Session): void {
  model.dispose();
  optimizer.dispose();
}
