import { dataFacts, withAbsoluteBackbone } from "../data/index.ts";
import { type Recipe, recipeFor } from "../recipe/index.ts";
import { type DataRecipeOptions, optionsForData, recordedRecipe } from "../runs/index.ts";
import { type Inspection, inspectionOf } from "../theory/index.ts";

/** How data is read, and where the catalogue's is. */
export interface InspectOptions extends Pick<
  DataRecipeOptions,
  "kind" | "label" | "testPaths" | "validationPaths" | "readerOptions"
> {
  readonly dataDir?: string;
  /** The network whose vectors are looked at and learned from, in place of images or texts. */
  readonly backbone?: NonNullable<Parameters<typeof dataFacts>[0]["backbone"]>;
}

/**
 * Inspects data before anything is trained, without libtorch: class counts with their margins and weights, what is
 * suspicious, and a method to start with, as a recipe.
 *
 * @param data a folder, files or patterns, or a name of the catalogue
 * @throws RunError with code "data" if it cannot be read, or its kind cannot be told
 */
export async function inspect(
  data: string | readonly string[],
  { dataDir, backbone: requested, ...reading }: InspectOptions = {},
): Promise<Inspection<Recipe>> {
  const backbone = requested && withAbsoluteBackbone(requested);
  const { dataset, options: found } = await optionsForData(data, reading);
  const options = { ...found, ...(backbone && { backbone }) };
  const place = { dataset, source: options.source, backbone, dataDir };
  return inspectionWith(place, (own) => recordedRecipe(recipeFor(dataset, { ...options, ...own })));
}

/** Inspects data that was found, with the recipe that `recipeWith` makes of the recommended method. */
export async function inspectionWith(
  {
    dataset,
    source,
    backbone,
    ...reading
  }: Parameters<typeof dataFacts>[0] & Parameters<typeof dataFacts>[1],
  recipeWith: (own: { readonly method: string; readonly profile: "natural" }) => Recipe,
): Promise<Inspection<Recipe>> {
  const facts = await dataFacts({ dataset, source, backbone }, reading);
  // The recipe is for the data as it is, which was inspected: images of the catalogue are not cut to a profile.
  return inspectionOf(facts, (method) => recipeWith({ method, profile: "natural" }));
}
