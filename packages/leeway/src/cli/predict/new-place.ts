import { existsSync, realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { usageError } from "../options.ts";

/** Options that name a file to write. */
export type WritingOption = "--output" | "--metrics" | "--csv";

/** Refuses a place that could not be written to in the end. */
export function requireFolder(option: WritingOption, path: string): void {
  if (existsSync(dirname(resolve(path)))) return;
  throw usageError(option, "a file in a folder that is there", path);
}

/** Refuses to write over the input, however its files were named: by a pattern, a folder, a link. */
export function requireNewPlace(option: WritingOption, path: string, input: Iterable<string>): void {
  if (!existsSync(path)) return;
  const place = realpathSync(path);
  for (const file of new Set(input)) {
    if (!existsSync(file) || realpathSync(file) !== place) continue;
    throw usageError(option, "another file than the input", path, "It would be overwritten.");
  }
}
