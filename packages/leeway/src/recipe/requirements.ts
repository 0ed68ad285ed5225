import { datasetFacts, type InputKind, type TextOptions } from "../catalogue/index.ts";
import { didYouMean, expected } from "../errors.ts";
import { imageRegulariser, type Method, stagesOf } from "../methods/index.ts";
import { requireRoom } from "./batch-minimum.ts";
import { defaultSelection, findSelection, selectionNames } from "../metrics/index.ts";
import { defaultMomentum } from "./defaults.ts";
import { expectedCounts, testPriorClasses } from "./expected-counts.ts";
import type { OptimizerName, Recipe } from "./fields.ts";
import type { RecipeOptions } from "./recipe.ts";

// What a recipe refuses, before anything is read.

/** Refuses what would only be noticed once the data has been read: a class left empty, a method's options. */
export function requirePossible(method: Method, recipe: Recipe, kind: InputKind): void {
  const ofImages = imageRegulariser(method);
  if (kind !== "image" && ofImages !== undefined) {
    const value = method.regularisers[ofImages];
    throw expected("recipe", ofImages, "to be 0 for data other than images", value, "Leave it out.");
  }
  if (kind !== "image" && recipe.augment !== undefined) {
    throw expected(
      "recipe",
      "augment",
      "not to be set for data other than images",
      recipe.augment,
      "Leave it out.",
    );
  }
  if (method.contrast) requireViews(method, kind);
  if (recipe.biasInit === "prior" && method.classifier === "cosine") {
    const what = "to be random for a last layer of cosines, which has no bias";
    throw expected("recipe", "biasInit", what, "prior", "Leave it out, or take another method.");
  }
  requireHeadInit(method, recipe, kind);
  requireRoom(recipe);
  // Of the classes of custom data nothing is known before it is read.
  if (recipe.source === undefined) requireTestPrior(recipe, datasetFacts(recipe.dataset).classes);
  const counts = expectedCounts(recipe) ?? new Array<number>(testPriorClasses(recipe) ?? 2).fill(1);
  stagesOf(method, counts, recipe.epochs);
}

/** Refuses a beginning of the last layer that it cannot have. */
function requireHeadInit(method: Method, recipe: Recipe, kind: InputKind): void {
  const { headInit, headPrompt, model, normalize } = recipe;
  if (headPrompt !== undefined && headInit !== "class-names") {
    const what = "to go with headInit class-names";
    throw expected("recipe", "headPrompt", what, headPrompt, "Leave it out, or set that.");
  }
  if (headInit === undefined) return;
  if (method.classifier !== "cosine") {
    const what = "to go with a last layer of cosines";
    const advice = "Take ldam, or name a loss with classifier cosine.";
    throw expected("recipe", "headInit", what, headInit, advice);
  }
  if (headInit !== "class-names") return;
  if (kind !== "embedding" || !["linear", "adapter"].includes(model)) {
    const what = "to go with vectors of a backbone and the network linear or adapter";
    throw expected("recipe", "headInit", what, headInit, "Take class-means, which goes with all.");
  }
  if (normalize !== undefined) return;
  // Standardised by the means of images, the vectors of all names would point the same way.
  const what = "to go with vectors that are not standardised";
  throw expected("recipe", "headInit", what, headInit, "Set normalize to l2 (--normalize l2).");
}

/** Refuses further views of what is no image, and of images of more than one class. */
function requireViews({ name, regularisers }: Method, kind: InputKind): void {
  if (kind !== "image") {
    const what = "to be one for data other than images, of which there are no further views";
    throw expected("recipe", "method", what, name, "Take logit-adjustment.");
  }
  const refuse = (field: "mixup" | "cutmix" | "cmo" | "rho", why: string): void => {
    if (regularisers[field] === 0) return;
    const what = `to be 0 with method ${name}, ${why}`;
    throw expected("recipe", field, what, regularisers[field], "Leave it out.");
  };
  for (const field of ["mixup", "cutmix", "cmo"] as const) refuse(field, "whose views are each of one class");
  refuse("rho", "whose step has three views already");
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

/** Refuses what moves layers unlike where no network is begun from, or another one, or not all of them. */
export function requireInit(options: RecipeOptions, epochs: number): void {
  const { init, model = init?.model, freezeEpochs = 0, layerDecay } = options;
  const refuse = (field: keyof RecipeOptions, what: string, advice = ""): never => {
    throw expected("recipe", field, what, options[field], advice);
  };
  if (init === undefined) {
    const fields = ["backboneLr", "layerDecay", "freezeEpochs", "batchNorm"] as const;
    const stray = fields.find((field) => options[field] !== undefined);
    if (stray !== undefined) refuse(stray, "to go with weights to begin from", "Name a file or a run: init.");
    return;
  }
  if (model !== init.model) {
    refuse("model", `to be ${init.model}, the network of ${init.path}`, "Leave it out.");
  }
  if (freezeEpochs > epochs) {
    refuse("freezeEpochs", `to be at most ${epochs}, the run's length`);
  }
  if (layerDecay !== undefined && !init.model.startsWith("resnet")) {
    refuse("layerDecay", `to go with a residual network, not ${init.model}`, "Use backboneLr.");
  }
}

/** Refuses a backbone of data that it makes no vectors of. */
export function requireBackbone({ backbone }: RecipeOptions, kind: InputKind): void {
  if (backbone === undefined || kind === "image" || kind === "text") return;
  const what = "to go with images or texts, of which a backbone makes vectors";
  throw expected("recipe", "backbone", what, `data of kind ${kind}`, "Leave it out.");
}

/** Refuses a part to be held out of data that has a test split, which would have no effect. */
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

/** Refuses a fold that there is not, or of data whose test split is not held out. */
export function requireFold({ source, fold, testFraction }: RecipeOptions): void {
  if (fold === undefined) return;
  if (fold.index >= fold.of) throw expected("recipe", "fold.index", `to be below ${fold.of}`, fold.index);
  const refuse = (where: string): never => {
    throw expected("recipe", "fold", `not to be set ${where}`, fold, "Leave one of them out.");
  };
  if (source === undefined || source.testPaths !== undefined) refuse("for data with a test split");
  if (testFraction !== undefined) refuse("beside a testFraction");
}

/** Refuses a part to be held out beside a validation split, and a validation split that would choose nothing. */
export function requireOneValidation(
  { source }: RecipeOptions,
  { protocol, validationFraction }: Pick<Recipe, "protocol" | "validationFraction">,
): void {
  if (source?.validationPaths === undefined) return;
  if (validationFraction !== 0) {
    const what = "not to be set for data with a validation split";
    throw expected("recipe", "validationFraction", what, validationFraction, "Leave it out.");
  }
  if (protocol === "paper") {
    const advice = "The paper's protocol chooses the epoch on the test set.";
    throw expected(
      "recipe",
      "validationPaths",
      "not to be set with protocol paper",
      source.validationPaths,
      advice,
    );
  }
}

/**
 * The metric that a recipe selects by, as it is recorded.
 *
 * @throws ArgumentError naming the metrics where it is none of them, or the paper's protocol chooses
 */
export function requestedSelection(
  { selectBy = defaultSelection }: RecipeOptions,
  protocol: Recipe["protocol"],
): string {
  const selection = findSelection(selectBy);
  if (selection === undefined) {
    const target = /^(recall-at-precision|precision-at-recall)(=|$)/.test(selectBy);
    const advice = target ? "What follows = is above 0 and at most 1." : didYouMean(selectBy, selectionNames);
    const what = `to be one of ${selectionNames.join(", ")}`;
    throw expected("recipe", "selectBy", what, selectBy, advice);
  }
  if (protocol === "paper" && selectBy !== defaultSelection) {
    const advice = "The paper's protocol chooses by top-1 accuracy.";
    throw expected("recipe", "selectBy", "not to be set with protocol paper", selectBy, advice);
  }
  return selection.name;
}

/** Refuses patience where no validation split is read after an epoch. */
export function requirePatienceSeen(
  { source, patience }: RecipeOptions,
  { protocol, validationFraction }: Pick<Recipe, "protocol" | "validationFraction">,
): void {
  if (patience === undefined) return;
  const refuse = (where: string, advice: string): never => {
    throw expected("recipe", "patience", `not to be set ${where}`, patience, advice);
  };
  if (protocol === "paper") refuse("with protocol paper", "No validation split tells when to end.");
  if (validationFraction > 0 || source?.validationPaths !== undefined) return;
  refuse("without a validation split", "Hold out a part of the training data, or leave it out.");
}

/** Refuses a momentum that nothing reads. The default stands in every recipe, and may be read back. */
export function requireMomentumRead(optimizer: OptimizerName, momentum: number): void {
  if (optimizer === "sgd" || momentum === defaultMomentum) return;
  throw expected(
    "recipe",
    "momentum",
    `not to be set with optimizer ${optimizer}`,
    momentum,
    "Only sgd reads it.",
  );
}

/** Refuses to look ahead along a momentum that there is not. */
export function requireNesterov(optimizer: OptimizerName, momentum: number): void {
  const what = "not to be set without sgd and a momentum above 0";
  const got = optimizer === "sgd" ? `a momentum of ${momentum}` : optimizer;
  if (optimizer === "sgd" && momentum > 0) return;
  throw expected("recipe", "nesterov", what, got, "Leave it out, or set both.");
}

/** Refuses what only a profile with a ratio cuts, which would have no effect. */
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

/** @throws ArgumentError if data of another kind, or a network that reads texts otherwise, is told how they become numbers */
export function requireTextOptions(text: Partial<TextOptions>, kind: InputKind, model: string): void {
  const refuse = (option: keyof TextOptions, what: string, advice = ""): never => {
    throw expected("recipe", `text.${option}`, what, text[option], advice);
  };
  const [first] = Object.keys(text) as (keyof TextOptions)[];
  if (first !== undefined && kind !== "text") refuse(first, "not to be set for data other than texts");
  const { maxLength, wordNgrams, charNgrams } = text;
  if (model === "ngrams") {
    if (maxLength !== undefined) refuse("maxLength", "not to be set for ngrams", "All of a text is read.");
    if (charNgrams === 1) refuse("charNgrams", "to be 0 or at least 2", "One character says little.");
    if (wordNgrams === 0 && charNgrams === 0) refuse("wordNgrams", "to be above 0 where charNgrams is 0");
    return;
  }
  const advice = "Only --model ngrams reads it.";
  if (wordNgrams !== undefined) refuse("wordNgrams", `not to be set for ${model}`, advice);
  if (charNgrams !== undefined) refuse("charNgrams", `not to be set for ${model}`, advice);
}
