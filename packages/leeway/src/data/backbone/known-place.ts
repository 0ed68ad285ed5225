import { existsSync } from "node:fs";
import { join } from "node:path";
import { backbones, type KnownBackbone } from "../../catalogue/index.ts";
import { RunError } from "../../errors.ts";
import { userCache } from "../catalogue/locate.ts";

/** The folder where a backbone that is known by name is looked for. */
export function knownFolder(name: string): string {
  return join(userCache(), "models", name);
}

/** Whether a place is no path but a name of `leeway models`. */
export function isKnownBackbone(place: string): boolean {
  return !existsSync(place) && backbones.some(({ name }) => name === place);
}

/**
 * The folder of a backbone: of one that is known by name its own, else the place as it is.
 *
 * @throws RunError with code "data" that says which files to put where
 */
export function backbonePlace(place: string): string {
  if (!isKnownBackbone(place)) return place;
  const folder = knownFolder(place);
  const known = backbones.find(({ name }) => name === place)!; // it is one of them
  if (known.use === "init") {
    const message = `--backbone ${place}: expected a network in ONNX, got weights to begin from. Use them with leeway train --init.`;
    throw new RunError("usage", message);
  }
  const missing = known.files.filter(({ path }) => !existsSync(join(folder, path)));
  if (missing.length === 0) return folder;
  const message = `${folder}: expected the files of ${place}, got ${missing.length === known.files.length ? "none" : `all but ${missing.length}`} of them. Fetch them with leeway models get ${place}, or put there:\n${filesText(known, folder)}`;
  throw new RunError("data", message, { path: folder });
}

/** Which files go where, a line each. */
export function filesText({ files }: KnownBackbone, folder: string): string {
  return files.map(({ path, url }) => `  ${url}\n    as ${join(folder, path)}`).join("\n");
}
