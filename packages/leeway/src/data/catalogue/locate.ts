import { stat } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { RunError } from "../../errors.ts";
import { exists } from "../files/bounded-read.ts";

/** A place where data may lie, and what makes it one. */
interface DataPlace {
  readonly what: "--data-dir" | "LEEWAY_DATA" | "system package" | "cache";
  /** Absolute; undefined where it is not set. */
  readonly path: string | undefined;
}

/** What a data set's files are called, and how to come by them. */
export interface DatasetFiles {
  readonly title: string;
  /** The archive it is published as, if it is one. */
  readonly archive?: string;
  /** The folder's name, once unpacked. */
  readonly folder: string;
  /** Files by which its folder is known; one is enough, so that an incomplete folder is reported as that. */
  readonly files: readonly string[];
  /** Where a system package puts the folder. */
  readonly systemFolder?: string;
  /** How to get it, in sentences. */
  readonly advice: string;
}

/** What {@link dataPlaces} depends on. */
export interface DataEnvironment {
  readonly dataDir?: string | undefined;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly platform?: string;
  readonly home?: string;
}

/** Where data may lie, in the order in which it is looked for: option, environment, system package, cache. */
export function dataPlaces(
  systemFolder: string | undefined,
  { dataDir, environment = process.env, platform = process.platform, home = homedir() }: DataEnvironment = {},
): DataPlace[] {
  const absolute = (path: string | undefined): string | undefined =>
    path === undefined || path === "" ? undefined : resolve(path);
  return [
    { what: "--data-dir", path: absolute(dataDir) },
    { what: "LEEWAY_DATA", path: absolute(environment["LEEWAY_DATA"]) },
    { what: "system package", path: systemFolder },
    { what: "cache", path: join(userCache({ environment, platform, home }), "data") },
  ];
}

/** Leeway's part of the user's cache; the XDG rules say to ignore a path that is not absolute. */
export function userCache({
  environment = process.env,
  platform = process.platform,
  home = homedir(),
}: Omit<DataEnvironment, "dataDir"> = {}): string {
  const xdg = environment["XDG_CACHE_HOME"] ?? "";
  const platformCache = platform === "darwin" ? join(home, "Library", "Caches") : join(home, ".cache");
  return join(isAbsolute(xdg) ? xdg : platformCache, "leeway");
}

/**
 * The archive or folder that holds a data set: the first found in `dataPlaces`, or undefined.
 *
 * In each place the data set's own folder comes first, then its archive, then the place itself.
 *
 * @throws RunError if `dataDir` is not a folder: a misspelt option must not find other data
 */
export async function findDataset(
  files: DatasetFiles,
  environment: DataEnvironment = {},
): Promise<string | undefined> {
  const places = dataPlaces(files.systemFolder, environment);
  for (const { what, path } of places) {
    if (path === undefined) continue;
    if (what === "--data-dir") await requireFolder(path, files);
    const found = await findIn(path, files);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * As {@link findDataset}, for a data set that must be there.
 *
 * @throws RunError with code "data" that lists every place looked at and how to get the data
 */
export async function locateDataset(files: DatasetFiles, environment: DataEnvironment = {}): Promise<string> {
  const found = await findDataset(files, environment);
  if (found !== undefined) return found;
  const places = dataPlaces(files.systemFolder, environment).map(
    ({ what, path }) =>
      `  ${what}: ${path ?? (what === "system package" ? "none for this data set" : "not set")}`,
  );
  const message =
    `loadDataset: expected ${files.title} (${names(files)}) in one of these places, found it in none of them:\n` +
    `${places.join("\n")}\n${files.advice}`;
  throw new RunError("data", message);
}

async function findIn(place: string, { folder, archive, files }: DatasetFiles): Promise<string | undefined> {
  const named = join(place, folder);
  if (await holdsAny(named, files)) return named;
  if (archive !== undefined && (await exists(join(place, archive)))) return join(place, archive);
  return (await holdsAny(place, files)) ? place : undefined;
}

async function holdsAny(folder: string, files: readonly string[]): Promise<boolean> {
  for (const file of files) if (await exists(join(folder, file))) return true;
  return false;
}

async function requireFolder(path: string, files: DatasetFiles): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true) return;
  const got = found === undefined ? "nothing there" : "a file";
  const message = `--data-dir ${path}: expected a folder that holds ${names(files)}, got ${got}. Name the folder the data lie in.`;
  throw new RunError("data", message, { path });
}

function names({ archive, folder }: DatasetFiles): string {
  return archive === undefined ? `a folder ${folder}` : `${archive} or a folder ${folder}`;
}
