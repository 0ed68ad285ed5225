import { type CustomData } from "../catalogue/index.ts";
import { countExamples, hasTestFolder, withAbsolutePaths } from "../data/index.ts";
import type { Recipe } from "../recipe/index.ts";
import { readConfig } from "./config-file.ts";
import { usageError } from "./options.ts";
import { askedData, type OwnDataFlags } from "./own-data-options.ts";
import type { Asked, Length, RecipeFlags } from "./recipe-options.ts";

/**
 * Batch size and epochs that suit so many rows of a table or embeddings: some thousand steps, on few rows in small
 * batches, on millions in large ones.
 */
export function usualLength(rows: number): Length {
  const batchSize = rows < 10_000 ? 64 : rows < 100_000 ? 256 : rows < 1_000_000 ? 1024 : 4096;
  return { batchSize, epochs: Math.max(5, Math.min(60, Math.ceil((6000 * batchSize) / rows))) };
}

/**
 * Batch size and epochs that suit so many images: about 6,000 steps, of few images in small batches, so that an epoch
 * has more than a step or two, and no more epochs than the paper's 200.
 */
export function usualImageLength(images: number): Length {
  const batchSize = images < 1000 ? 16 : images < 4000 ? 32 : images < 16_000 ? 64 : 128;
  return { batchSize, epochs: Math.max(30, Math.min(200, Math.ceil((6000 * batchSize) / images))) };
}

/**
 * Batch size and epochs that suit so many texts: about as many steps as on the paper's 12,375 reviews, but no more than
 * 60 epochs of a network that could learn texts by heart.
 */
export function usualTextLength(rows: number, model?: string): Length {
  const epochsFor = (steps: number, batchSize: number): number => Math.ceil((steps * batchSize) / rows);
  if (model === "tfidf") {
    const batchSize = rows < 5000 ? 64 : 256;
    return { batchSize, epochs: Math.max(20, Math.min(200, epochsFor(1450, batchSize))) };
  }
  return { batchSize: 64, epochs: Math.max(5, Math.min(60, epochsFor(1950, 64))) };
}

/** The options with what the argument DATA names, their configuration file, and a length that suits own data. */
export async function withOwnData(
  paths: readonly string[],
  flags: RecipeFlags & OwnDataFlags,
): Promise<Asked> {
  if (paths.length > 0 && flags.dataset !== undefined) {
    const advice = "Leave one of the two out.";
    throw usageError("--dataset", "none beside the argument DATA", flags.dataset, advice);
  }
  const data = await askedData(paths, flags);
  const config: Omit<Asked, "flags"> = flags.config === undefined ? { file: {} } : readConfig(flags.config);
  const source = data === undefined && flags.dataset === undefined ? config.file.source : data?.source;
  const asked = { flags: { ...flags, ...data }, ...config };
  if (source === undefined) return asked;
  await requireNoTestFolder(source, flags);
  return { ...asked, usualLength: await usualLengthOf(source, flags.model ?? config.file.model) };
}

/** A part would not be held out of a folder that has its test split in it. */
async function requireNoTestFolder({ paths }: CustomData, { testFraction }: RecipeFlags): Promise<void> {
  const [folder = ""] = paths;
  if (testFraction === undefined || !(await hasTestFolder(folder))) return;
  throw usageError("--test-fraction", `none for ${folder}, which has a test split`, testFraction);
}

/** The length that suits own data's examples; nothing where only reading them tells how many there are. */
async function usualLengthOf(source: CustomData, model: string | undefined): Promise<Partial<Length>> {
  const examples = await countExamples(source);
  if (examples === undefined) return {};
  if (source.kind === "image") return usualImageLength(examples);
  return source.kind === "text" ? usualTextLength(examples, model) : usualLength(examples);
}

/** The recipe as it is recorded: own data by absolute paths, since a run is resumed and asked from other folders too. */
export function recordedRecipe(recipe: Recipe): Recipe {
  const { source } = recipe;
  return source === undefined ? recipe : { ...recipe, source: withAbsolutePaths(source) };
}
