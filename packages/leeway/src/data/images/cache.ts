import { readFile, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { resizes } from "../../catalogue/index.ts";
import type { ImagePlan } from "../../preparation/index.ts";
import { writeFileAtomically } from "../../storage/index.ts";
import { userCache } from "../catalogue/locate.ts";
import type { Reading } from "../source.ts";
import { cacheWriter } from "./cache-writer.ts";
import { channels, decodeImage } from "./decode.ts";
import { inParallel } from "./in-parallel.ts";
import { type ImageListing, listingKey, type SourceFile } from "./listing.ts";

/** Raised when the same listing would be cached as other bytes. */
const cacheVersion = 1;

/** An image that could not be read. */
export interface BadImage {
  /** Its position in the listing. */
  readonly index: number;
  readonly path: string;
  /** In a few words. */
  readonly why: string;
}

const indexSchema = z.object({
  version: z.literal(cacheVersion),
  key: z.string(),
  name: z.string(),
  images: z.number(),
  size: z.number(),
  resize: z.enum(resizes),
  bad: z.array(z.object({ index: z.number(), path: z.string(), why: z.string() })).readonly(),
});

/** `index.json` of a cache: written last, so that a cache that has it is whole. */
type CacheIndex = Readonly<z.infer<typeof indexSchema>>;

/** A listing's images as bytes of one size, in one file: made once, read by every run. */
export interface ImageCache {
  /** The file: [N, size, size, 3], 0 to 255, in the order of the listing. */
  readonly pixels: string;
  readonly size: number;
  /** Images that could not be read, in the order of the listing; their pixels are black. */
  readonly bad: readonly BadImage[];
}

/** How far a cache is. */
export interface CacheProgress {
  /** Images done, those of an earlier, interrupted attempt included. */
  readonly done: number;
  readonly of: number;
  /** Images that could not be read, in this attempt. */
  readonly bad: number;
}

/** Where a cache lies and what ends its making early. */
export interface CacheOptions extends Pick<Reading, "cacheDir" | "signal"> {
  /** Milliseconds from noting what is done to the next time. */
  readonly saveEvery?: number;
}

/**
 * The cache of a listing's images, made first where it is not there; yields how far it is while it is made.
 *
 * Images are decoded by Node's pool of threads, several at a time. About each second what is written is flushed
 * and noted; killed at any time, the next attempt goes on from there. Several processes may make the same cache
 * at once: they write the same bytes.
 *
 * @throws RunError if the source cannot be read as a whole, or the disk is full or refuses. An image that cannot
 *   be read is no error here: it is listed in `bad`
 */
export async function* openImageCache(
  listing: ImageListing,
  plan: ImagePlan,
  { cacheDir = defaultCacheDir(), signal, saveEvery = 1000 }: CacheOptions = {},
): AsyncGenerator<CacheProgress, ImageCache, undefined> {
  const key = listingKey(listing, { ...plan, version: cacheVersion });
  const folder = join(cacheDir, key.slice(0, 32));
  const requested = { key, images: listing.images.length, size: plan.size };
  const found = await readIndex(folder, requested);
  if (found !== null) return found;
  const bad = yield* makeCache(folder, listing, { plan, signal, saveEvery });
  const { size, resize } = plan;
  const index: CacheIndex = { version: cacheVersion, ...requested, resize, name: listing.name, bad };
  writeFileAtomically(join(folder, "index.json"), `${JSON.stringify(index, null, 1)}\n`);
  await rm(join(folder, "done.bin"), { force: true });
  return { pixels: join(folder, "pixels.bin"), size, bad };
}

/** The cache in a folder, or null where there is none that is whole and as requested. */
async function readIndex(
  folder: string,
  { key, images, size }: Pick<CacheIndex, "key" | "images" | "size">,
): Promise<ImageCache | null> {
  const index = await readFile(join(folder, "index.json"), "utf8")
    .then((text) => indexSchema.parse(JSON.parse(text)))
    .catch(() => null);
  if (index === null || index.key !== key || index.images !== images) return null;
  const pixels = join(folder, "pixels.bin");
  const length = await stat(pixels).then(
    (found) => found.size,
    () => -1,
  );
  if (length !== images * size * size * channels) return null;
  return { pixels, size, bad: index.bad };
}

/** The folder of image caches: LEEWAY_IMAGE_CACHE, else `images` in Leeway's part of the user's cache. */
function defaultCacheDir(): string {
  return resolve(process.env["LEEWAY_IMAGE_CACHE"] || join(userCache(), "images"));
}

/** Decodes all that is not done yet into the folder's files. */
async function* makeCache(
  folder: string,
  { images, source }: ImageListing,
  {
    plan,
    signal,
    saveEvery,
  }: Pick<Reading, "signal"> & { readonly plan: ImagePlan; readonly saveEvery: number },
): AsyncGenerator<CacheProgress, BadImage[], undefined> {
  const paths = images.map(({ path }) => path);
  const bytes = plan.size * plan.size * channels;
  const writer = await cacheWriter(folder, { count: images.length, bytes });
  const bad: BadImage[] = [];
  let done = writer.done;
  const progress = (): CacheProgress => ({ done, of: images.length, bad: bad.length });
  const place = async ({ index, read }: SourceFile): Promise<void> => {
    const made = await decoded(read, plan);
    if (typeof made === "string") bad.push({ index, path: paths[index]!, why: made });
    else await writer.write(index, made);
  };
  try {
    yield progress();
    let saved = performance.now();
    for await (const ended of inParallel(
      source.files(paths, (index) => !writer.isDone(index)),
      place,
    )) {
      done += ended;
      signal?.throwIfAborted();
      if (performance.now() - saved < saveEvery) continue;
      await writer.save();
      saved = performance.now();
      yield progress();
    }
    await writer.save();
    yield progress();
  } finally {
    // Also where the caller stops, so that nothing which was decoded is lost.
    await writer.save().finally(() => writer.close());
  }
  return bad.sort((a, b) => a.index - b.index);
}

/** An image's pixels, or why there are none. */
async function decoded(read: SourceFile["read"], plan: ImagePlan): Promise<Uint8Array | string> {
  try {
    return await decodeImage(await read(), plan);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
