import { statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { jsonFile } from "../../backbones/index.ts";
import type { KnownBackbone } from "../../catalogue/index.ts";
import { RunError } from "../../errors.ts";
import { writeFileAtomically } from "../../storage/index.ts";
import {
  fetchFile,
  type FetchOptions,
  type FetchProgress,
  hashOf,
} from "../catalogue/downloads/fetch-file.ts";
import { knownFolder } from "./known-place.ts";

/** What a file of a backbone was when it was first seen here. */
const firstSeenSchema = z.record(
  z.string(),
  z.looseObject({ bytes: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
);

type FirstSeen = Readonly<z.infer<typeof firstSeenSchema>>;

/** The file beside a backbone's own that says what they were when they were first seen. */
const recordName = "fetched.json";

/**
 * What the files of a backbone were when they were first fetched, or found, by their paths below its folder; nothing
 * where none were.
 *
 * @throws RunError with code "data" if their record cannot be read
 */
export async function firstSeen(name: string): Promise<FirstSeen> {
  const path = join(knownFolder(name), recordName);
  const parsed = firstSeenSchema.safeParse((await jsonFile(path)) ?? {});
  if (parsed.success) return parsed.data;
  const message = `${path}: expected sizes and checksums of files, got something else. Remove it to take the files as they are now.`;
  throw new RunError("data", message, { path });
}

/**
 * Fetches the files of a backbone that is known by name into its folder. Of a file without a published checksum, the one
 * that is first seen is recorded and must be the same from then on.
 *
 * @returns the paths of the files
 * @throws RunError as {@link fetchFile} does
 */
export async function* fetchBackbone(
  { name, files }: KnownBackbone,
  options: FetchOptions = {},
): AsyncGenerator<FetchProgress, string[], undefined> {
  const folder = knownFolder(name);
  const paths: string[] = [];
  for (const file of files) {
    const seen = await firstSeen(name);
    const pinned = file.sha256 === undefined ? { ...file, ...seen[file.path] } : file;
    const path = yield* fetchSame(name, pinned, options);
    paths.push(path);
    if (pinned.sha256 !== undefined) continue;
    const found = { url: file.url, bytes: statSync(path).size, sha256: await hashOf(path, "sha256") };
    const record = { ...seen, [file.path]: found };
    writeFileAtomically(join(folder, recordName), `${JSON.stringify(record, null, 2)}\n`);
  }
  return paths;
}

/** Fetches a file as {@link fetchFile} does; the error says what else can be done. */
async function* fetchSame(
  name: string,
  file: KnownBackbone["files"][number],
  options: FetchOptions,
): AsyncGenerator<FetchProgress, string, undefined> {
  const folder = knownFolder(name);
  try {
    return yield* fetchFile({ ...file, atMirror: new URL(file.url).pathname.slice(1) }, folder, options);
  } catch (cause) {
    if (!(cause instanceof RunError) || cause.code !== "data") throw cause;
    const record = join(folder, recordName);
    const advice =
      file.path in (await firstSeen(name))
        ? `${record} says what files were when first seen here; remove it to accept others.`
        : `Without a network: leeway models ${name} says which files to put where.`;
    throw new RunError("data", `${cause.message} ${advice}`, { path: folder, cause });
  }
}
