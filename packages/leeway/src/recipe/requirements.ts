import {
  type CustomData,
  datasetFacts,
  type InputKind,
  inputKinds,
  type TestProfile,
  type TextOptions,
} from "../catalogue/index.ts";
import { didYouMean, expected } from "../errors.ts";
import { type Method, stagesOf } from "../methods/index.ts";
import { atLeast, oneOf, whole } from "./checked.ts";
import { expectedCounts, testPriorClasses } from "./expected-counts.ts";
import type { OptimizerName, Recipe, RecipeOptions } from "./recipe.ts";

// What a recipe refuses, before anything is read.

/** Every field of a recipe. The type holds the list to be whole. */
const fields: Readonly<Record<keyof Recipe, true>> = {
  ...{
    dataset: true,
    source: true,
    testFraction: true,
    profile: true,
    keep: true,
    ratio: true,
    testProfile: true,
  },
  ...{
    maxPerClass: true,
    text: true,
    method: true,
    methodOptions: true,
    model: true,
    epochs: true,
    batchSize: true,
  },
  ...{ schedule: true, optimizer: true, momentum: true, weightDecay: true, precision: true, seed: true },
  ...{ protocol: true, validationFraction: true },
};

/** Refuses own data that cannot be: who writes no types would only hear of it when it is read. */
export function requireSource({ kind, paths }: CustomData): void {
  oneOf("source.kind", kind, inputKinds);
  if (Array.isArray(paths) && paths.length > 0) return;
  throw expected("recipe", "source.paths", "to name a file or folder", paths);
}

/** Refuses a misspelt option, which would else be left out in silence. */
export function requireKnown(options: RecipeOptions): void {
  const known = Object.keys(fields);
  const stray = Object.keys(options).find((option) => !known.includes(option));
  if (stray === undefined) return;
  throw expected("recipe", "options", `to be among ${known.join(", ")}`, stray, didYouMean(stray, known));
}

/** Refuses what would only be noticed once the data has been read: a class left empty, a method's options. */
export function requirePossible(method: Method, recipe: Recipe, kind: InputKind): void {
  const { cutout } = method.regularisers;
  if (kind !== "image" && cutout > 0) {
    throw expected("recipe", "cutout", "to be 0 for data other than images", cutout, "Leave it out.");
  }
  // Of own data's classes nothing is known before it is read.
  if (recipe.source === undefined) requireTestPrior(recipe, datasetFacts(recipe.dataset).classes);
  const counts = expectedCounts(recipe) ?? new Array<number>(testPriorClasses(recipe) ?? 2).fill(1);
  stagesOf(method, counts, recipe.epochs);
}

/**
 * Refuses a test prior that does not speak of each class, or of none.
 *
 * @throws ArgumentError
 */
export function requireTestPrior({ methodOptions: { testPrior } }: Recipe, classes: number): void {
  if (!Array.isArray(testPrior)) return;
  if (testPrior.length !== classes) {
    throw expected("recipe", "testPrior", `to be a number for each of ${classes} classes`, testPrior);
  }
  if (testPrior.every((share) => share === 0)) {
    throw expected("recipe", "testPrior", "to be above 0 for some class", testPrior);
  }
}

/** Refuses a part to be held out for the test of data that has a test split, which would be left out in silence. */
export function requireNoTestSplit({ source, testFraction }: RecipeOptions): void {
  if (testFraction === undefined || (source && !source.testPaths)) return;
  throw expected(
    "recipe",
    "testFraction",
    "not to be set for data with a test split",
    testFraction,
    "Leave it out.",
  );
}

/** Of SGD; every recipe records it, whatever takes the steps. */
export const usualMomentum = 0.9;

/** Refuses a momentum that nothing reads. The usual one stands in every recipe, and may be read back. */
export function requireMomentumRead(optimizer: OptimizerName, momentum: number): void {
  if (optimizer === "sgd" || momentum === usualMomentum) return;
  throw expected(
    "recipe",
    "momentum",
    `not to be set with optimizer ${optimizer}`,
    momentum,
    "Only sgd reads it.",
  );
}

/** Refuses what only a profile with a ratio cuts, which would else be left out in silence. */
export function requireNoCut(
  profile: Recipe["profile"],
  { ratio = 1, maxPerClass = null }: RecipeOptions,
): void {
  const advice = "Name a profile that cuts classes: longtail or step.";
  if (ratio !== 1) throw expected("recipe", "ratio", `to be 1 with profile ${profile}`, ratio, advice);
  if (profile === "natural" && maxPerClass !== null) {
    throw expected("recipe", "maxPerClass", "not to be set with profile natural", maxPerClass, advice);
  }
}

/** @throws ArgumentError if data of another kind is told how texts become numbers */
export function textOptions(kind: InputKind, text: Partial<TextOptions>): Partial<TextOptions> {
  const [option] = Object.keys(text);
  if (option === undefined || kind === "text") return text;
  throw expected(
    "recipe",
    `text.${option}`,
    "not to be set for data other than texts",
    text[option as keyof TextOptions],
  );
}

export function checkedTestProfile({ profile, ratio, seed }: TestProfile): TestProfile {
  return {
    profile: oneOf("testProfile.profile", profile, ["longtail", "step"]),
    ratio: atLeast("testProfile.ratio", ratio, 1),
    seed: whole("testProfile.seed", seed, 0),
  };
}
