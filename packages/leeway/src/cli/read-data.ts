import type { DataFolders, Reading } from "../data/index.ts";
import type { Recipe } from "../recipe/index.ts";
import { loadRunData } from "../runs/index.ts";
import type { RunData } from "../training/index.ts";
import { type Interruption, unlessAborted } from "./interruption.ts";
import { asUsage } from "./options.ts";
import type { ProgressMode } from "./terminal.ts";
import { readingDisplay } from "./reading-progress.ts";

/** Where data lies, and what is shown while it is read. */
export interface ReadingOptions extends DataFolders, Pick<Reading, "recorded" | "threads" | "once"> {
  readonly mode: ProgressMode;
}

/**
 * Reads a recipe's data, showing how far it is.
 *
 * @returns undefined where somebody stopped it, which is then said, with the exit code set
 */
export async function readData(
  recipe: Recipe,
  { mode, ...folders }: ReadingOptions,
  { signal, log, exitCode }: Interruption,
): Promise<RunData | undefined> {
  const { onProgress, end } = readingDisplay(process.stderr, mode);
  const data = await unlessAborted(signal, () =>
    asUsage(() => loadRunData(recipe, { ...folders, signal, onProgress })),
  ).finally(end);
  if (data !== "aborted") return data;
  log("Stopped while the data was read. What is cached is kept; the same command goes on from there.");
  process.exitCode = exitCode();
  return undefined;
}
