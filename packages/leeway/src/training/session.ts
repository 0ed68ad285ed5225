import { Generator, manualSeed, optim, scope } from "@leeway/torch";
import {
  type Dataset,
  type Examples,
  fingerprint,
  holdOut,
  keepProfile,
  keepTestProfile,
  loadDataset,
  openCustomData,
  type Preparation,
  type Reading,
  type Source,
  thin,
} from "../data/index.ts";
import { expected } from "../errors.ts";
import { classCounts, profileCounts, type Stage } from "../imbalance/index.ts";
import type { Loss } from "../losses/index.ts";
import { type Method, methodOf } from "../methods/index.ts";
import { buildModel, type Model } from "../models/index.ts";
import type { DataRecord } from "../records/index.ts";
import { type Recipe, requireTestPrior } from "../recipe/index.ts";
import { leakageWarnings } from "../data/leakage.ts";

/** The data of a run: what is trained on, what chooses the epoch (null for nothing), what is reported on. */
export interface RunData {
  readonly train: Dataset;
  readonly validation: Dataset | null;
  readonly test: Dataset;
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
 * Reads a recipe's data, cuts it to the profile, holds out what chooses the epoch, and makes numbers of it all, by
 * what the training examples alone say.
 *
 * @param dataDir where data sets lie, before the places `loadDataset` looks at anyway; the rest is for what takes
 *   long, caching images
 * @throws ArgumentError if the recipe asks for what the data does not have
 * @throws RunError with code "data" if the data set is not there or damaged
 */
export async function loadRunData(
  recipe: Recipe,
  { dataDir, ...reading }: { readonly dataDir?: string | undefined } & Reading = {},
): Promise<RunData> {
  const { seed, validationFraction, source: own } = recipe;
  const source =
    own === undefined
      ? await loadDataset(recipe.dataset, { dataDir, ...reading })
      : await openCustomData(own, reading);
  const { full, test: whole } = withTest(source, recipe);
  const test = recipe.testProfile === undefined ? whole : keepTestProfile(whole, recipe.testProfile);
  const kept = cut(full, recipe);
  const { train, held } =
    validationFraction === 0
      ? { train: kept, held: null }
      : holdOut(kept, validationFraction, { seed, purpose: "validation" });
  if (held?.labels.length === 0) {
    const what = "to leave an example to choose the epoch by";
    const advice = "Classes of one example give none away: use 0.";
    throw expected("recipe", "validationFraction", what, validationFraction, advice);
  }
  requireTestPrior(recipe, train.classNames.length);
  const preparation = source.prepare(train, { text: recipe.text });
  const ready = { train: preparation.apply(train), test: preparation.apply(test) };
  // The catalogue's data are what others measure on, whatever is in them.
  const copies = own === undefined ? [] : await leakageWarnings(ready, reading.signal);
  return {
    ...ready,
    validation: held && preparation.apply(held),
    counts: classCounts(train.labels, train.classNames.length),
    preparation,
    ...(own && { testHeldOut: source.test === null }),
    notes: [...(source.notes ?? []), ...copies],
  };
}

/** The examples to train on and to test on: a part is held out for the test where the data has no test split. */
function withTest(
  { train, test }: Source,
  { testFraction = 0.2, seed }: Recipe,
): { readonly full: Examples; readonly test: Examples } {
  if (test !== null) return { full: train, test };
  const split = holdOut(train, testFraction, { seed, purpose: "test" });
  return { full: split.train, test: split.held };
}

/** The examples that the recipe leaves of the training split. */
function cut(full: Examples, { profile, ratio, maxPerClass, keep = {}, seed }: Recipe): Examples {
  const thinned = thin(full, keep, seed);
  if (profile === "natural") return thinned;
  const classes = full.classNames.length;
  const smallest = Math.min(...classCounts(thinned.labels, classes));
  const max = maxPerClass ?? smallest;
  if (max > smallest) {
    throw expected("recipe", "maxPerClass", `to be at most ${smallest}, the size of the smallest class`, max);
  }
  return keepProfile(thinned, profileCounts(profile, { classes, max, ratio }), seed);
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

/** What the run's record says of its data. */
export function dataRecord(data: RunData): DataRecord {
  return {
    trainCounts: data.counts,
    trainSize: data.train.labels.length,
    validationSize: data.validation?.labels.length ?? 0,
    testSize: data.test.labels.length,
    classNames: data.train.classNames,
    fingerprint: fingerprint(data.train),
    ...(data.testHeldOut !== undefined && { testHeldOut: data.testHeldOut }),
    ...(data.notes?.length && { notes: data.notes }),
  };
}
