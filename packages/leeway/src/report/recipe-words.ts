import { missedDeferral } from "../analysis/index.ts";
import { datasetFacts, isDatasetName, isOneLayer } from "../catalogue/index.ts";
import { deferralEpoch } from "../imbalance/index.ts";
import { givenWeights, type Method, methodOf, ownBalance, stagesOf } from "../methods/index.ts";
import type { DataRecord, RecipeRecord } from "../records/index.ts";
import { counted, percent, shownName } from "./words.ts";

/** What a recipe's method has to say before it is trained, a line each. */
export function methodWarnings({
  method: name,
  methodOptions,
  model,
  epochs,
  weightPower = 0,
}: Pick<RecipeRecord, "method" | "methodOptions" | "model" | "epochs" | "weightPower">): string[] {
  const method = methodOf(name, methodOptions); // which checks what a record leaves open
  const never = missedDeferral(method, epochs).map(
    (epoch) =>
      `${method.title} never comes to its second stage, which begins after epoch ${epoch}, in a run of ${epochs}.`,
  );
  const balance = weightPower === 0 ? undefined : ownBalance(method);
  const twice =
    balance === undefined
      ? []
      : [
          `${method.title} ${balance}, and weights of n^-${weightPower} balance the classes once more: ` +
            "rare ones may be predicted too often. Take method erm, or leave the weights out.",
        ];
  return [...(method.warnings ?? []), ...never, ...lostEpochs(method, { model, epochs }), ...twice].map(
    (warning) => `Warning: ${warning}`,
  );
}

/** Says that the epochs before a new last layer are lost where a network has no other. */
function lostEpochs(
  { title, then }: Method,
  { model, epochs }: Pick<RecipeRecord, "model" | "epochs">,
): string[] {
  if (then?.restart !== true || !isOneLayer(model)) return [];
  const from = deferralEpoch(epochs, { deferAt: then.at });
  if (from === 0 || from >= epochs) return [];
  return [
    `${title} begins a new last layer after epoch ${from} of ${epochs}, and ${model} has no other layer: ` +
      "what it learned before is lost. Take logit-adjustment.",
  ];
}

/** Classes whose weights are named; of more the lightest and the heaviest. */
const maxNamed = 6;

/** The class weights that people gave, as they count, and from when on: a line; none where none were given. */
export function classWeightWords(
  recipe: Pick<RecipeRecord, "method" | "methodOptions" | "epochs" | "classWeight" | "weightPower">,
  { trainCounts, classNames }: Pick<DataRecord, "trainCounts" | "classNames">,
): string[] {
  const { classWeight, weightPower } = recipe;
  if (classWeight === undefined && weightPower === undefined) return [];
  const method = methodOf(recipe.method, recipe.methodOptions);
  const given = givenWeights(recipe, classNames);
  const last = stagesOf(method, trainCounts, recipe.epochs, { given }).at(-1)!; // there is one
  const named = classNames
    .map((name, j) => ({ weight: last.classWeights[j]!, text: shownName(name) })) // one a class
    .sort((a, b) => b.weight - a.weight)
    .map(({ weight, text }) => `${text}=${Number(weight.toPrecision(3))}`);
  const shown = named.length > maxNamed ? `${named[0]!} to ${named.at(-1)!}` : named.join(", ");
  const replaced = (method.then ?? method.first).weights ?? "none";
  const own = weightPower === undefined || replaced === "none" ? "" : ` in place of ${method.title}'s own`;
  const from = last.fromEpoch === 0 ? "from the first step" : `from epoch ${last.fromEpoch + 1}`;
  return [`Class weights: ${shown}${own}, ${from}`];
}

/** Rates at which an optimizer trains, and far beyond which it does not. */
const rates: Readonly<
  Record<NonNullable<RecipeRecord["optimizer"]>, { readonly usual: string; readonly max: number }>
> = {
  sgd: { usual: "0.01 to 1", max: 10 },
  adam: { usual: "0.0001 to 0.03", max: 0.3 },
  adamw: { usual: "0.0001 to 0.03", max: 0.3 },
};
const minRate = 1e-7;

/** Questions a learning rate at which nothing is learned, such as 1000 for 0.1, in a line; none where it may be meant. */
export function rateWarnings({
  optimizer = "sgd", // of records before there were others
  schedule,
}: Pick<RecipeRecord, "optimizer" | "schedule">): string[] {
  const { usual, max } = rates[optimizer];
  const { base } = schedule;
  if (base >= minRate && base <= max) return [];
  const what =
    base > max ? "its steps overshoot, and nothing is learned" : "nothing changes in so small steps";
  return [`Warning: is a learning rate of ${base} meant? With ${optimizer}, ${usual} is common; ${what}.`];
}

/** What is said of a recipe before it is trained, a line each. */
export function recipeWarnings(recipe: RecipeRecord): string[] {
  return [...methodWarnings(recipe), ...rateWarnings(recipe)];
}

/** A method's name as printed: "LDAM-DRW"; of a composed one its parts. */
export function methodTitle({
  method,
  methodOptions = {},
}: Pick<RecipeRecord, "method"> & Partial<Pick<RecipeRecord, "methodOptions">>): string {
  return methodOf(method, methodOptions).title; // methodOf checks what a record leaves open
}

/** A data set's name as printed: "CIFAR-10"; custom data has its own name. */
export function datasetTitle({ dataset, source }: Pick<RecipeRecord, "dataset" | "source">): string {
  return source === undefined && isDatasetName(dataset) ? datasetFacts(dataset).title : dataset;
}

/** What examples are called: "images", "texts", "rows", "vectors". */
export function exampleNoun({ dataset, source }: Pick<RecipeRecord, "dataset" | "source">): string {
  const kind = source?.kind ?? (isDatasetName(dataset) ? datasetFacts(dataset).kind : "image");
  return { image: "images", text: "texts", table: "rows", embedding: "vectors" }[kind];
}

/** "30 epochs"; where patience may end the run before, "up to 30 epochs". */
export function lengthWords({ epochs, patience }: Pick<RecipeRecord, "epochs" | "patience">): string {
  return `${patience === undefined ? "" : "up to "}${counted(epochs, "epoch", "epochs")}`;
}

/** "long-tailed, ratio 100"; "neg thinned to 10.0 %"; "as it is, the most frequent class thinned to 5.0 %". */
export function describeProfile({ keepNegatives, ...recipe }: RecipeRecord): string {
  const shape = shapeOf(recipe);
  return keepNegatives === undefined
    ? shape
    : `${shape}, the most frequent class thinned to ${percent(keepNegatives)} in training`;
}

function shapeOf({ profile, ratio, keep = {} }: Pick<RecipeRecord, "profile" | "ratio" | "keep">): string {
  const thinned = Object.entries(keep).map(
    ([name, share]) => `${shownName(name)} thinned to ${percent(share)}`,
  );
  if (profile === "natural") return thinned.join(", ") || "as it is";
  const shape = profile === "balanced" ? profile : { longtail: "long-tailed", step: "step" }[profile];
  return [...thinned, shape, ...(profile === "balanced" ? [] : [`ratio ${ratio}`])].join(", ");
}
