import { createHash } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import type { Backbone } from "../../backbones/index.ts";
import { RunError } from "../../errors.ts";
import type { BackboneSteps } from "../../preparation/index.ts";
import { writeFileAtomically } from "../../storage/index.ts";
import { userCache } from "../catalogue/locate.ts";
import { cacheWriter } from "../images/cache-writer.ts";
import type { Reading } from "../source.ts";

/** Raised when the same examples and backbone would be cached as other numbers. */
const cacheVersion = 2;

/** An example that has no vector, and why. */
export interface BadExample {
  readonly index: number;
  readonly why: string;
}

/** Examples that a backbone makes vectors of. */
export interface Embeddable {
  /** Many of them, in words: "images". */
  readonly noun: string;
  readonly count: number;
  /** A hash of what they hold. */
  readonly key: string;
  /** How errors speak of one of them. */
  place(index: number): string;
  /**
   * The vectors of examples that are wanted, a group at a time: always the same groups, since the numbers of an example
   * may depend in their last bits on those beside it.
   */
  vectors(backbone: Backbone, wanted: (index: number) => boolean): AsyncIterable<EmbeddedGroup>;
}

/** Examples that were embedded together. */
export interface EmbeddedGroup {
  readonly indices: readonly number[];
  /** [indices, D] */
  readonly vectors: Float32Array;
  readonly bad: readonly BadExample[];
}

/** The vectors of examples, in their order. */
export interface Features {
  /** [N, D]; of an example without a vector 0 */
  readonly vectors: Float32Array;
  readonly bad: readonly BadExample[];
  /** How many were made in this attempt, not found in the cache. */
  readonly made: number;
}

const indexSchema = z.object({
  version: z.literal(cacheVersion),
  key: z.string(),
  count: z.number(),
  size: z.number(),
  bad: z.array(z.object({ index: z.number(), why: z.string() })).readonly(),
});

/** How vectors are cached. */
export interface FeatureCacheOptions extends Pick<Reading, "cacheDir" | "signal" | "onProgress"> {
  /** Milliseconds from noting what is done to the next time. */
  readonly saveEvery?: number;
}

/**
 * The vectors that a backbone makes of examples: from the cache where they were made before, else made now and cached.
 * About each second what is made is flushed and noted; killed at any time, the next attempt goes on from there, and its
 * file has the bytes of one that was never killed.
 *
 * @throws RunError with code "data" for vectors that are not finite; if the disk is full or refuses
 */
export async function openFeatures(
  examples: Embeddable,
  backbone: Backbone,
  { cacheDir, signal, onProgress, saveEvery = 1000 }: FeatureCacheOptions = {},
): Promise<Features> {
  const { count, noun } = examples;
  const { size } = backbone.steps;
  const key = featureKey(examples.key, backbone.steps);
  const root = resolve(cacheDir ?? (process.env["LEEWAY_FEATURE_CACHE"] || join(userCache(), "features")));
  const folder = join(root, key.slice(0, 32));
  const path = join(folder, file);
  const known = await cached(folder, { key, count, size });
  if (known !== null) return { vectors: await readVectors(path, count * size), bad: known, made: 0 };
  const writer = await cacheWriter(folder, {
    ...{ count, bytes: 4 * size, file, what: "the cache of features" },
    advice: "Choose another folder with LEEWAY_FEATURE_CACHE or --cache-dir.",
  });
  const before = writer.done;
  const bad: BadExample[] = [];
  try {
    const progress = (done: number): void => onProgress?.({ what: `embedding ${noun}`, done, of: count });
    let [done, saved] = [before, performance.now()];
    progress(done);
    for await (const group of examples.vectors(backbone, (index) => !writer.isDone(index))) {
      signal?.throwIfAborted();
      requireFinite(group, examples, backbone.steps);
      bad.push(...group.bad);
      // One without a vector stays undone, so that the next attempt tries it, and its group, again.
      const without = new Set(group.bad.map(({ index }) => index));
      const made = [...group.indices.entries()].filter(([, index]) => !without.has(index));
      await Promise.all(made.map(([slot, index]) => writer.write(index, bytesOf(group.vectors, slot, size))));
      done += group.indices.length;
      if (performance.now() - saved < saveEvery) continue;
      await writer.save();
      saved = performance.now();
      progress(done);
    }
    await writer.save();
    progress(done);
  } finally {
    await writer.save().finally(() => writer.close());
  }
  bad.sort((a, b) => a.index - b.index);
  const vectors = await readVectors(path, count * size);
  const index: z.infer<typeof indexSchema> = { version: cacheVersion, key, count, size, bad };
  writeFileAtomically(join(folder, "index.json"), `${JSON.stringify(index, null, 1)}\n`);
  await rm(join(folder, "done.bin"), { force: true });
  return { vectors, bad, made: count - before };
}

const file = "features.bin";

/** A hash of examples and of all that their vectors depend on; where the backbone lies is left out. */
function featureKey(examples: string, steps: BackboneSteps): string {
  const hash = createHash("sha256");
  return hash
    .update(JSON.stringify([cacheVersion, examples, { ...steps, name: "", path: "" }]))
    .digest("hex");
}

/** The examples without vectors of a cache that is whole; null where there is none. */
async function cached(
  folder: string,
  wanted: { readonly key: string; readonly count: number; readonly size: number },
): Promise<readonly BadExample[] | null> {
  const index = await readFile(join(folder, "index.json"), "utf8")
    .then((text) => indexSchema.parse(JSON.parse(text)))
    .catch(() => null);
  const fits =
    index !== null && (["key", "count", "size"] as const).every((name) => index[name] === wanted[name]);
  return fits ? index.bad : null;
}

async function readVectors(path: string, numbers: number): Promise<Float32Array> {
  const bytes = await readFile(path);
  if (bytes.length === 4 * numbers) return new Float32Array(bytes.buffer, bytes.byteOffset, numbers).slice();
  const message = `${path}: expected ${numbers} numbers, got ${bytes.length / 4}. Delete the cache's folder: it is made again.`;
  throw new RunError("data", message, { path });
}

function bytesOf(vectors: Float32Array, slot: number, size: number): Uint8Array {
  return new Uint8Array(vectors.buffer, vectors.byteOffset + 4 * slot * size, 4 * size);
}

/**
 * Refuses vectors that are not finite.
 *
 * @throws RunError with code "data" that names the example
 */
export function requireFinite(
  { indices, vectors }: EmbeddedGroup,
  examples: Pick<Embeddable, "place">,
  { name, size }: BackboneSteps,
): void {
  const at = vectors.findIndex((value) => !Number.isFinite(value));
  if (at === -1) return;
  const place = examples.place(indices[Math.floor(at / size)]!); // within the group
  const got = `${vectors[at]!} in dimension ${at % size}`;
  const advice = "Take the example out, or use a backbone in float32: 16 bits overflow.";
  throw new RunError("data", `${place}: expected finite numbers from ${name}, got ${got}. ${advice}`, {
    path: place,
  });
}
