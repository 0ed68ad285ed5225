import { stat } from "node:fs/promises";
import { isDatasetName } from "../catalogue/index.ts";
import { resolveInit, trainingExamples } from "../runs/index.ts";
import { readConfig } from "./config-file.ts";
import { recipeFile } from "./recipe-files.ts";
import { type DataFlags, requestedSource } from "./data-options.ts";
import { asUsage, usageError } from "./options.ts";
import type { RecipeFlags, Requested } from "./recipe-options.ts";

/** The options with what the argument DATA names, their configuration file, and the number of custom data's examples. */
export async function requestedData(
  paths: readonly string[],
  flags: RecipeFlags & DataFlags,
): Promise<Requested> {
  const data = await namedData(paths, flags);
  const found = await asUsage(() => requestedSource(data, flags));
  const path = flags.recipe === undefined ? flags.config : recipeFile(flags.recipe);
  const config: Omit<Requested, "flags"> = path === undefined ? { file: {} } : readConfig(path);
  // What --dataset named is the argument now.
  const others = Object.fromEntries(Object.entries(flags).filter(([name]) => name !== "dataset"));
  const { init: named = config.file.init } = flags;
  const init = typeof named === "string" ? await asUsage(() => Promise.resolve(resolveInit(named))) : named;
  const requested = { flags: { ...others, ...found }, ...config, ...(init && { init }) };
  const source = found === undefined ? config.file.source : found.source;
  if (source === undefined) return requested;
  return { ...requested, examples: await asUsage(() => trainingExamples(source, flags)) };
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
