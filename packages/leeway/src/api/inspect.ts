import type { CustomData } from "../catalogue/index.ts";
import { dataFacts } from "../data/index.ts";
import { type Recipe, recipeFor } from "../recipe/index.ts";
import { type Inspection, inspectionOf } from "../theory/index.ts";

/** Which data is inspected, and where it is. */
export interface InspectOptions {
  /** Custom data; default: the catalogue's. */
  readonly source?: CustomData;
  readonly dataDir?: string;
}

/**
 * Inspects data before anything is trained, without libtorch: class counts with their margins and weights, what is
 * suspicious, and a method to start with, as a recipe.
 *
 * @param dataset a name of the catalogue, or with `source` any name
 * @throws RunError with code "data" if it cannot be read
 */
export async function inspect(
  dataset: string,
  { source, dataDir }: InspectOptions = {},
): Promise<Inspection<Recipe>> {
  const facts = await dataFacts({ dataset, source }, { dataDir });
  // The recipe is for the data as it is, which was inspected: images of the catalogue are not cut to a profile.
  return inspectionOf(facts, (method) =>
    recipeFor(dataset, { ...(source && { source }), method, profile: "natural" }),
  );
}
