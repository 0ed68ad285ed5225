import { Generator, manualSeed, optim, scope } from "@leeway/torch";
import {
  type Augment,
  datasetEntry,
  fingerprint,
  holdOut,
  type ImageDataset,
  keepProfile,
  loadDataset,
} from "../data/index.ts";
import { expected } from "../errors.ts";
import { classCounts, profileCounts, type Stage } from "../imbalance/index.ts";
import type { Loss } from "../losses/index.ts";
import { type Method, methodOf } from "../methods/index.ts";
import { type Model, ResNetCifar } from "../models/index.ts";
import type { DataRecord } from "../records/index.ts";
import { modelDepth, type Recipe } from "../recipes/index.ts";

/** The data of a run: what is trained on, what chooses the epoch (null for nothing), what is reported on. */
export interface RunData {
  readonly train: ImageDataset;
  readonly validation: ImageDataset | null;
  readonly test: ImageDataset;
  /** n_j of `train`, length K. */
  readonly counts: readonly number[];
  readonly augment: Augment;
}

/** A recipe made real: its data, its network and what trains it, before the first step. */
export interface Session {
  readonly recipe: Recipe;
  readonly data: RunData;
  readonly method: Method;
  readonly loss: Loss;
  readonly stages: readonly Stage[];
  readonly model: Model;
  readonly optimizer: optim.SGD;
  /** Where it computes: "cpu", "cuda", "cuda:1". */
  readonly device: string;
}

/**
 * Reads a recipe's data and cuts it to the profile; holds the validation split out of what is left.
 *
 * @param dataDir where data sets lie, before the places `loadDataset` looks at anyway
 * @throws RunError with code "data" if the data set is not there or damaged
 */
export async function loadRunData(
  recipe: Recipe,
  { dataDir }: { dataDir?: string | undefined } = {},
): Promise<RunData> {
  const { augment, classes } = datasetEntry(recipe.dataset);
  const { train: full, test } = await loadDataset(recipe.dataset, { dataDir });
  const smallest = Math.min(...classCounts(full.labels, classes));
  const max = recipe.maxPerClass ?? smallest;
  if (max > smallest) {
    throw expected("recipe", `maxPerClass to be at most ${smallest}, the size of the smallest class`, max);
  }
  const counts = profileCounts(recipe.profile, { classes, max, ratio: recipe.ratio });
  const kept = keepProfile(full, counts, recipe.seed);
  const { train, validation } =
    recipe.validationFraction === 0
      ? { train: kept, validation: null }
      : holdOut(kept, recipe.validationFraction, recipe.seed);
  if (validation?.labels.length === 0) {
    const what = "validationFraction to leave an example to choose the epoch by";
    throw expected(
      "recipe",
      what,
      recipe.validationFraction,
      "Classes of one example give none away: use 0.",
    );
  }
  return { train, validation, test, counts: classCounts(train.labels, classes), augment };
}

/** The network, loss and optimiser of a recipe for its data, seeded. End it with {@link endSession}. */
export function startSession(recipe: Recipe, data: RunData, { device = "cpu" } = {}): Session {
  const method = methodOf(recipe.method, recipe.methodOptions);
  manualSeed(recipe.seed);
  // In a scope, because what initial values are computed from would else wait for the garbage collector.
  const model = scope(
    () =>
      new ResNetCifar(data.counts.length, {
        depth: modelDepth(recipe.model),
        channels: data.train.shape.channels,
        classifier: method.classifier,
        generator: new Generator(recipe.seed),
      }),
  );
  if (device !== "cpu") model.to({ device });
  const { momentum, weightDecay, schedule } = recipe;
  return {
    recipe,
    data,
    method,
    loss: method.loss(data.counts),
    stages: method.stages(data.counts, recipe.epochs),
    model,
    optimizer: new optim.SGD(model.parameters(), { lr: schedule.base, momentum, weightDecay }),
    device,
  };
}

/** Frees what a session holds: the network and what the optimiser remembers. */
export function endSession({ model, optimizer }: Session): void {
  model.dispose();
  optimizer.dispose();
}

/** What the run's record says of its data. */
export function dataRecord(data: RunData): DataRecord {
  return {
    trainCounts: data.counts,
    trainSize: data.train.labels.length,
    validationSize: data.validation?.labels.length ?? 0,
    testSize: data.test.labels.length,
    classNames: data.train.classNames,
    fingerprint: fingerprint(data.train),
  };
}
