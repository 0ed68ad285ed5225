import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe as suite, expect, test } from "vitest";
import {
  type CacheOptions,
  type CacheProgress,
  type ImageCache,
  openImageCache,
} from "../../../src/data/images/cache.ts";
import { listFolder } from "../../../src/data/images/folder-listing.ts";
import type { ImageListing } from "../../../src/data/images/listing.ts";
import { killAfterFirstWords } from "../../storage/programs.ts";
import { temporaryFolder } from "../../storage/temporary-folder.ts";
import { greys, image, writeFiles } from "./image-files.ts";

const plan = { size: 4, resize: "crop" } as const;

/** Opens a cache to its end: what it said on the way, and the cache. */
async function opened(
  listing: ImageListing,
  options: CacheOptions & { readonly size?: number },
): Promise<{ said: CacheProgress[]; cache: ImageCache }> {
  const said: CacheProgress[] = [];
  const { size = 4, ...rest } = options;
  const making = openImageCache(listing, { ...plan, size }, rest);
  while (true) {
    const next = await making.next();
    if (next.done === true) return { said, cache: next.value };
    said.push(next.value);
  }
}

/** A folder of `count` images of classes a and b, each of another grey. */
async function greyFolder(count: number): Promise<string> {
  const files = (await greys(count)).map(
    (bytes, i) => [`${i < count / 2 ? "a" : "b"}/${String(i).padStart(4, "0")}.png`, bytes] as const,
  );
  return writeFiles(temporaryFolder(), new Map(files));
}

suite("openImageCache", () => {
  test("makes one file of all images, in the order of the listing", async () => {
    const { cache, said } = await opened(await listFolder(await greyFolder(6)), {
      cacheDir: temporaryFolder(),
    });
    const pixels = readFileSync(cache.pixels);
    expect([...pixels]).toEqual([0, 1, 2, 3, 4, 5].flatMap((grey) => Array<number>(4 * 4 * 3).fill(grey)));
    expect(cache.bad).toEqual([]);
    expect(said.at(-1)).toEqual({ done: 6, of: 6, bad: 0 });
  });

  test("is made once, and anew for another size or a changed image", async () => {
    const folder = await greyFolder(4);
    const cacheDir = temporaryFolder();
    const first = await opened(await listFolder(folder), { cacheDir });
    const again = await opened(await listFolder(folder), { cacheDir });
    expect(again).toEqual({ said: [], cache: first.cache });
    expect((await opened(await listFolder(folder), { cacheDir, size: 5 })).said).not.toEqual([]);
    await writeFiles(folder, new Map([["a/0000.png", await image("#fff", { width: 99 })]]));
    const changed = await opened(await listFolder(folder), { cacheDir });
    expect(readFileSync(changed.cache.pixels)[0]).toBe(255);
    expect(readdirSync(cacheDir)).toHaveLength(3);
  });

  test("lists images that cannot be read and leaves them black", async () => {
    const folder = await greyFolder(4);
    await writeFiles(folder, new Map([["b/0003.png", Buffer.from("no image")]]));
    const options = { cacheDir: temporaryFolder() };
    const { cache, said } = await opened(await listFolder(folder), options);
    const why = "none of JPEG, PNG, GIF, WebP, TIFF, AVIF, BMP";
    expect(cache.bad).toEqual([{ index: 3, path: "b/0003.png", why }]);
    expect(said.at(-1)).toEqual({ done: 4, of: 4, bad: 1 });
    expect([...readFileSync(cache.pixels).subarray(3 * 48)]).toEqual(Array(48).fill(0));
    expect((await opened(await listFolder(folder), options)).cache).toEqual(cache);
  });

  test("goes on where it was killed, and ends with the same bytes", async () => {
    const folder = await greyFolder(400);
    const cacheDir = temporaryFolder();
    await killAfterFirstWords("../../data/images/make-cache.ts", [folder, cacheDir], 0);
    const listing = await listFolder(folder);
    const { said, cache } = await opened(listing, { cacheDir, size: 32 });
    expect(said[0]!.done).toBeGreaterThan(0);
    expect(said[0]!.done).toBeLessThan(400);
    const whole = await opened(listing, { cacheDir: temporaryFolder(), size: 32 });
    expect(whole.said[0]!.done).toBe(0);
    expect(readFileSync(cache.pixels).equals(readFileSync(whole.cache.pixels))).toBe(true);
  });

  test("keeps what is done when a signal ends it", async () => {
    const listing = await listFolder(await greyFolder(60));
    const cacheDir = temporaryFolder();
    const controller = new AbortController();
    const making = openImageCache(listing, plan, { cacheDir, signal: controller.signal, saveEvery: 0 });
    await making.next();
    expect((await making.next()).value).toMatchObject({ of: 60 });
    controller.abort();
    await expect(making.next()).rejects.toThrow("aborted");
    expect((await opened(listing, { cacheDir })).said[0]!.done).toBeGreaterThan(0);
  });

  test("starts anew where its files do not fit together", async () => {
    const listing = await listFolder(await greyFolder(4));
    const cacheDir = temporaryFolder();
    const { cache } = await opened(listing, { cacheDir });
    const whole = readFileSync(cache.pixels);
    const harms = [
      () => {
        truncateSync(cache.pixels, 10);
      },
      () => {
        writeFileSync(join(cache.pixels, "../index.json"), "{ no JSON");
      },
      () => {
        writeFileSync(join(cache.pixels, "../index.json"), "{}");
      },
    ];
    for (const harm of harms) {
      harm();
      writeFileSync(join(cache.pixels, "../done.bin"), Buffer.of(1, 1, 7, 1));
      expect((await opened(listing, { cacheDir })).said[0]!.done).toBe(0);
      expect(readFileSync(cache.pixels).equals(whole)).toBe(true);
    }
  });

  test("leaves no note of its making behind", async () => {
    const { cache } = await opened(await listFolder(await greyFolder(4)), { cacheDir: temporaryFolder() });
    expect(readdirSync(join(cache.pixels, "..")).sort()).toEqual(["index.json", "pixels.bin"]);
    expect(statSync(cache.pixels).size).toBe(4 * 48);
  });

  test("says before it begins that the disk has no room", async () => {
    const listing = await listFolder(await greyFolder(4));
    const images = Array.from({ length: 1_000_000 }, () => listing.images[0]!);
    const making = opened({ ...listing, images }, { cacheDir: temporaryFolder(), size: 16_000 });
    await expect(making).rejects.toThrow(
      /expected 768000\.0 GB of free space for the cache of images, got .* GB\./,
    );
  });

  test("says that the folder cannot be written", async () => {
    const listing = await listFolder(await greyFolder(4));
    const file = join(await greyFolder(2), "a/0000.png");
    await expect(opened(listing, { cacheDir: file })).rejects.toThrow(
      "expected to write the cache of images",
    );
  });
});
