import type { CustomData } from "../catalogue/index.ts";
import {
  countExamples,
  type DataHints,
  findData,
  hasTestFolder,
  withAbsoluteBackbone,
  withAbsolutePaths,
} from "../data/index.ts";
import { expected } from "../errors.ts";
import { type Init, type Recipe, recipeFor, type RecipeOptions } from "../recipe/index.ts";
import { resolveInit } from "./init-file.ts";

/** What may be requested of a recipe for data by its path: how it is read, and any option of a recipe. */
export interface DataRecipeOptions
  extends Omit<RecipeOptions, "source" | "examples" | "init">, Omit<DataHints, "options"> {
  /** The weights to begin from: a .safetensors file or the folder of a run; or what a recipe records of them. */
  readonly init?: string | Init;
  /** Options of the reader of its kind, by their names: `{ size: 64 }`. */
  readonly readerOptions?: DataHints["options"];
}

/**
 * The recipe of data by its path: what `leeway train PATH` trains with the same options. Of custom data the kind is
 * detected and the examples are counted, on which the default length depends.
 *
 * @param data a folder, files or patterns, or a name of the catalogue
 * @throws ArgumentError naming the option that is impossible
 * @throws RunError with code "data" if nothing is there, or its kind cannot be told
 */
export async function recipeForData(
  data: string | readonly string[],
  options: DataRecipeOptions = {},
): Promise<Recipe> {
  const found = await optionsForData(data, options);
  return recordedRecipe(recipeFor(found.dataset, found.options));
}

/** The name of data by its path, and the options of its recipes: the files are looked at once for several recipes. */
export async function optionsForData(
  data: string | readonly string[],
  { kind, label, testPaths, validationPaths, readerOptions, init: named, ...rest }: DataRecipeOptions,
): Promise<{ readonly dataset: string; readonly options: RecipeOptions }> {
  const init = typeof named === "string" ? resolveInit(named) : named;
  const options = { ...rest, ...(init && { init }) };
  const hints = { kind, label, testPaths, validationPaths, options: readerOptions };
  const { dataset, source } = await findData(typeof data === "string" ? [data] : data, hints);
  if (source === undefined) return { dataset, options };
  const examples = await trainingExamples(source, options);
  return { dataset, options: { ...options, source, ...(examples !== undefined && { examples }) } };
}

/**
 * How many training examples custom data has; undefined if only reading them tells.
 *
 * @throws ArgumentError if a part is to be held out of a folder that has its test split in it
 */
export async function trainingExamples(
  source: CustomData,
  { testFraction }: Pick<RecipeOptions, "testFraction">,
): Promise<number | undefined> {
  const [folder = ""] = source.paths;
  if (testFraction !== undefined && (await hasTestFolder(source))) {
    const what = `not to be set for ${folder}, which has a test split`;
    throw expected("recipe", "testFraction", what, testFraction, "Leave it out.");
  }
  return countExamples(source);
}

/** The recipe as it is recorded: custom data and a backbone by absolute paths, since a run is resumed from other folders too. */
export function recordedRecipe(recipe: Recipe): Recipe {
  const { source, backbone } = recipe;
  return {
    ...recipe,
    ...(source && { source: withAbsolutePaths(source) }),
    ...(backbone && { backbone: withAbsoluteBackbone(backbone) }),
  };
}
