import { join } from "node:path";
import {
  type DataFolders,
  dataHash,
  type Examples,
  exampleWeights,
  fingerprint,
  keepProfile,
  keepTestProfile,
  loadDataset,
  openCustomData,
  openEmbedded,
  type Reading,
  type Source,
  splitNotes,
  splitSource,
  leakageWarnings,
  thin,
  thinMostFrequent,
  weightNotes,
  withoutZeros,
} from "../data/index.ts";
import { expected, RunError } from "../errors.ts";
import { classCounts, profileCounts } from "../imbalance/index.ts";
import { requireClasses } from "../methods/index.ts";
import type { DataRecord } from "../records/index.ts";
import { batchMinimum, inputKindOf, type Recipe, requireTestPrior } from "../recipe/index.ts";
import type { StoredRun } from "../storage/index.ts";
import type { RunData } from "../training/index.ts";
import { watchLoad } from "./machine-load.ts";
import { readPreparation } from "./stored-preparation.ts";

/** Where the data of a run is from. */
export interface DataOptions extends DataFolders {
  /** Data already read for the recipe, to share it between runs. */
  readonly data?: RunData | undefined;
}

/**
 * Reads a recipe's data, cuts it to the profile, holds out the validation split, and prepares all of it by what is
 * learned from the training examples alone.
 *
 * @throws ArgumentError if the recipe asks for what the data does not have
 * @throws RunError with code "data" if the data set is not there or damaged
 */
export async function loadRunData(recipe: Recipe, options: Reading = {}): Promise<RunData> {
  watchLoad();
  const { seed, validationFraction, source: custom } = recipe;
  const reading = { ...options, recorded: options.recorded ?? givenPreparation(recipe) };
  const source = await openSource(recipe, reading);
  requireClasses("classWeight", Object.keys(recipe.classWeight ?? {}), source.train.classNames);
  const { testFraction = 0.2, fold } = recipe;
  const parts = splitSource(source, {
    ...{ testFraction, fold, validationFraction, seed, cut: (full) => cut(full, recipe) },
    ownValidation: recipe.protocol !== "paper", // which chooses the epoch on the test set
  });
  const { validation: held } = parts;
  const { keepNegatives } = recipe;
  const weighed = source.weights === undefined ? parts.train : withoutZeros(parts.train, source.weights);
  const thinned = keepNegatives === undefined ? null : thinMostFrequent(weighed, keepNegatives, seed);
  const train = thinned?.train ?? weighed;
  const rowWeights = source.weights && exampleWeights(train, source.weights);
  const test =
    recipe.testProfile === undefined ? parts.test : keepTestProfile(parts.test, recipe.testProfile);
  if (held?.labels.length === 0) {
    const what = "to leave an example to choose the epoch by";
    const advice = "Classes of one example give none away: use 0.";
    throw expected("recipe", "validationFraction", what, validationFraction, advice);
  }
  const counts = classCounts(train.labels, train.classNames.length);
  requireTestPrior(recipe, train.classNames.length);
  batchMinimum(recipe, { classNames: train.classNames, counts }); // refuses classes that are not there
  const preparation = source.prepare(train, prepareOptions(recipe, reading));
  const ready = { train: preparation.apply(train), test: preparation.apply(test) };
  // The catalogue's data are what others measure on, whatever is in them.
  const warnings =
    custom === undefined
      ? []
      : [
          ...splitNotes(parts, source),
          ...(source.weights === undefined ? [] : weightNotes(parts.train, source.weights)),
          ...(await leakageWarnings(ready, reading.signal)),
        ];
  return {
    ...ready,
    validation: held && preparation.apply(held),
    counts,
    ...(thinned && { unthinnedCounts: thinned.unthinnedCounts }),
    ...(rowWeights && { rowWeights }),
    preparation,
    ...(custom && { testHeldOut: source.test === null }),
    ...(held !== null && held === source.validation && { validationHeldOut: false }),
    notes: [...(source.notes ?? []), ...warnings, ...(thinned === null ? [] : [thinned.note])],
  };
}

/**
 * The preparation of the run that a recipe begins from, whose columns and words its network knows; of images only what
 * pixels are normalised by matters, which the recipe has.
 */
function givenPreparation(recipe: Recipe): unknown {
  if (recipe.init === undefined || inputKindOf(recipe) === "image") return undefined;
  return readPreparation(join(recipe.init.path, "preparation.json")) ?? undefined;
}

/** How examples become numbers: as the network that the recipe begins from knows them, where there is one. */
function prepareOptions(
  { text, init, normalize = "standardize" }: Recipe,
  { recorded }: Reading,
): Parameters<Source["prepare"]>[1] {
  const own = { text, ...(normalize !== "standardize" && { normalize }) };
  if (init === undefined) return own;
  const { mean, std } = init;
  return { ...own, taken: recorded, pixels: mean && std && { mean, std } };
}

/** A recipe's data as it is read, through its backbone where it has one. */
function openSource({ dataset, source, backbone }: Recipe, reading: Reading): Promise<Source> {
  if (source !== undefined) return openCustomData(source, reading, backbone);
  return backbone === undefined
    ? loadDataset(dataset, reading)
    : openEmbedded({ dataset, backbone }, reading);
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
 * Refuses other examples than a run was trained on: another data set, another version of it, or other files of the
 * same name.
 *
 * @throws RunError with code "data" that names the run
 */
export function requireSameExamples({ path, record }: StoredRun, { train }: RunData): void {
  const [wanted, got] = [record.data.fingerprint, fingerprint(train)];
  if (wanted === got) return;
  const message =
    `${path}: expected the data it was trained on, fingerprint ${wanted.slice(0, 16)}, got ${got.slice(0, 16)}. ` +
    "Name its folder with --data-dir.";
  throw new RunError("data", message, { path });
}

/**
 * Refuses data that are no longer those a run was trained on. Runs of older versions do not record it.
 *
 * @throws RunError with code "data" that names the run
 */
export async function requireSameDataHash({ path, record }: StoredRun, data: RunData): Promise<void> {
  const { contents } = record.data;
  if (contents === undefined || contents === (await hashOf(data))) return;
  const message =
    `${path}: expected the data it was trained on, got files of the same names that have changed since. ` +
    "Name another --runs-dir for the new data, or remove the old runs.";
  throw new RunError("data", message, { path });
}

/** {@link dataHash} of a run's data, which is read for it once: forks and sweeps share data between runs. */
export function hashOf(data: RunData): Promise<string> {
  const known = hashes.get(data) ?? dataHash(data);
  hashes.set(data, known);
  return known;
}

const hashes = new WeakMap<RunData, Promise<string>>();

/** How many examples the splits that measure have, in all and of each class. */
export function splitCounts({ validation, test, counts: { length: classes } }: RunData): SplitCounts {
  return {
    validationSize: validation?.labels.length ?? 0,
    testSize: test.labels.length,
    ...(validation && { validationCounts: classCounts(validation.labels, classes) }),
    testCounts: classCounts(test.labels, classes),
  };
}

type SplitCounts = Pick<DataRecord, "validationSize" | "testSize" | "validationCounts" | "testCounts">;

/** The data's part of a run's record. */
export function dataRecord(data: RunData): DataRecord {
  const { train } = data;
  return {
    trainCounts: data.counts,
    ...(data.unthinnedCounts && { unthinnedCounts: data.unthinnedCounts }),
    trainSize: train.labels.length,
    ...splitCounts(data),
    classNames: train.classNames,
    fingerprint: fingerprint(train),
    ...(data.testHeldOut !== undefined && { testHeldOut: data.testHeldOut }),
    ...(data.validationHeldOut !== undefined && { validationHeldOut: data.validationHeldOut }),
    ...(data.notes?.length && { notes: data.notes }),
  };
}
