import { missedDeferral } from "../analysis/index.ts";
import { datasetFacts, isDatasetName } from "../catalogue/index.ts";
import { methodOf } from "../methods/index.ts";
import type { RecipeRecord } from "../records/index.ts";
import { percent, shownName } from "./words.ts";

/** What a recipe's method has to say before it is trained, a line each. */
export function methodWarnings({
  method: name,
  methodOptions,
  epochs,
}: Pick<RecipeRecord, "method" | "methodOptions" | "epochs">): string[] {
  const method = methodOf(name, methodOptions); // which checks what a record leaves open
  const never = missedDeferral(method, epochs).map(
    (epoch) =>
      `${method.title} never comes to its second stage, which begins after epoch ${epoch}, in a run of ${epochs}.`,
  );
  return [...(method.warnings ?? []), ...never].map((warning) => `Warning: ${warning}`);
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

/** "long-tailed, ratio 100"; "neg thinned to 10.0 %". */
export function describeProfile({ profile, ratio, keep = {} }: RecipeRecord): string {
  const thinned = Object.entries(keep).map(
    ([name, share]) => `${shownName(name)} thinned to ${percent(share)}`,
  );
  if (profile === "natural") return thinned.join(", ") || "as it is";
  const shape = profile === "balanced" ? profile : { longtail: "long-tailed", step: "step" }[profile];
  return [...thinned, shape, ...(profile === "balanced" ? [] : [`ratio ${ratio}`])].join(", ");
}
