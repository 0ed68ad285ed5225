import { stat } from "node:fs/promises";
import { type CustomData, isDatasetName } from "../catalogue/index.ts";
import { countExamples, hasTestFolder, withAbsolutePaths } from "../data/index.ts";
import type { Recipe } from "../recipe/index.ts";
import { readConfig } from "./config-file.ts";
import { type DataFlags, requestedSource } from "./data-options.ts";
import { askedFor, usageError } from "./options.ts";
import type { RecipeFlags, Requested } from "./recipe-options.ts";

/** The options with what the argument DATA names, their configuration file, and the number of custom data's examples. */
export async function requestedData(
  paths: readonly string[],
  flags: RecipeFlags & DataFlags,
): Promise<Requested> {
  const named = await namedData(paths, flags);
  const found = await askedFor(() => requestedSource(named, flags));
  const config: Omit<Requested, "flags"> =
    flags.config === undefined ? { file: {} } : readConfig(flags.config);
  const { dataset: _, ...others } = flags;
  const requested = { flags: { ...others, ...found }, ...config };
  const source = found === undefined ? config.file.source : found.source;
  if (source === undefined) return requested;
  await requireNoTestFolder(source, flags);
  return { ...requested, examples: await countExamples(source) };
}

/** The argument DATA; a name of the catalogue may come by the option it had before. */
async function namedData(paths: readonly string[], { dataset }: RecipeFlags): Promise<readonly string[]> {
  if (dataset === undefined) return paths;
  if (paths.length > 0) {
    throw usageError("--dataset", "none beside the argument DATA", dataset, "Leave one of the two out.");
  }
  console.error(`--dataset is the argument DATA now: leeway train ${dataset}`);
  const there = await stat(dataset).catch(() => undefined);
  if (there === undefined || !isDatasetName(dataset)) return [dataset];
  const advice = "Name a path such as ./" + dataset + ", or remove it.";
  throw usageError("--dataset", "no file or folder of that name here", dataset, advice);
}

/** A part would not be held out of a folder that has its test split in it. */
async function requireNoTestFolder({ paths }: CustomData, { testFraction }: RecipeFlags): Promise<void> {
  const [folder = ""] = paths;
  if (testFraction === undefined || !(await hasTestFolder(folder))) return;
  throw usageError("--test-fraction", `none for ${folder}, which has a test split`, testFraction);
}

/** The recipe as it is recorded: custom data by absolute paths, since a run is resumed from other folders too. */
export function recordedRecipe(recipe: Recipe): Recipe {
  const { source } = recipe;
  return source === undefined ? recipe : { ...recipe, source: withAbsolutePaths(source) };
}
