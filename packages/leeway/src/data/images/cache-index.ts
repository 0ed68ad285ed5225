import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { resizes } from "../../catalogue/index.ts";
import { channels } from "./decode.ts";
import type { ImageCache } from "./cache.ts";

/** Raised when the same listing would be cached as other bytes. */
export const cacheVersion = 1;

/** An image that could not be read. */
export interface BadImage {
  /** Its position in the listing. */
  readonly index: number;
  readonly path: string;
  /** In a few words. */
  readonly why: string;
}

const schema = z.object({
  version: z.literal(cacheVersion),
  key: z.string(),
  name: z.string(),
  images: z.number(),
  size: z.number(),
  resize: z.enum(resizes),
  bad: z.array(z.object({ index: z.number(), path: z.string(), why: z.string() })).readonly(),
});

/** `index.json` of a cache: written last, so that a cache that has it is whole. */
export type CacheIndex = Readonly<z.infer<typeof schema>>;

/** The cache in a folder, or null where there is none that is whole and as requested. */
export async function readIndex(
  folder: string,
  { key, images, size }: Pick<CacheIndex, "key" | "images" | "size">,
): Promise<ImageCache | null> {
  const text = await readFile(join(folder, "index.json"), "utf8").catch(() => null);
  if (text === null) return null;
  const index = schema.safeParse(jsonOf(text)).data;
  if (index === undefined || index.key !== key || index.images !== images) return null;
  const pixels = join(folder, "pixels.bin");
  const length = await stat(pixels).then(
    (found) => found.size,
    () => -1,
  );
  if (length !== images * size * size * channels) return null;
  return { pixels, size, bad: index.bad };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
