import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import sharp from "sharp";
import { describe as suite, expect, test } from "vitest";
import { type ImageCache, openImageCache } from "../../../src/data/images/cache.ts";
import { decodeImage } from "../../../src/data/images/decode.ts";
import { listINaturalist } from "../../../src/data/catalogue/inaturalist.ts";
import type { ImageListing } from "../../../src/data/images/listing.ts";
import { listTinyImageNet } from "../../../src/data/catalogue/tiny-imagenet.ts";
import { RunError } from "../../../src/errors.ts";
import { temporaryFolder } from "../../storage/temporary-folder.ts";
import { greys, tarOf, zipOf } from "./image-files.ts";

/** Where a file is damaged, as a share of its length, and how: bytes changed, cut off, repeated or left out. */
const damage = fc.record({
  kind: fc.constantFrom("change", "cut", "repeat", "erase"),
  at: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0.98, max: 1, noNaN: true })),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }),
});

function damaged(file: Buffer, { kind, at, bytes }: { kind: string; at: number; bytes: Uint8Array }): Buffer {
  const from = Math.min(Math.floor(at * file.length), file.length - 1);
  const [before, after] = [file.subarray(0, from), file.subarray(from + bytes.length)];
  if (kind === "cut") return Buffer.from(before);
  if (kind === "repeat") return Buffer.concat([file.subarray(0, from + bytes.length), file.subarray(from)]);
  return kind === "erase" ? Buffer.concat([before, after]) : Buffer.concat([before, bytes, after]);
}

/** Either it is read, image by image, or it says which file is wrong. */
async function readsOrSays(path: string, list: () => Promise<ImageListing>): Promise<void> {
  try {
    const listing = await list();
    const { bad } = await cacheOf(listing);
    expect(bad.length).toBeLessThanOrEqual(listing.images.length);
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    expect(error.code).toBe("data");
    expect(error.message).toContain(path);
  }
}

const caches: string[] = [];

async function cacheOf(listing: ImageListing): Promise<ImageCache> {
  const making = openImageCache(listing, { size: 8, resize: "crop" }, { cacheDir: caches.at(-1)! });
  while (true) {
    const next = await making.next();
    if (next.done === true) return next.value;
  }
}

suite("damage anywhere is read or named", () => {
  test("in Tiny ImageNet's archive", async () => {
    const folder = temporaryFolder();
    caches.push(join(folder, "cache"));
    const images = await greys(6);
    const top = "tiny-imagenet-200";
    const file = (name: string, content: Buffer | string): [string, Buffer] => [
      `${top}/${name}`,
      Buffer.from(content),
    ];
    const zip = zipOf(
      new Map([
        file("wnids.txt", "n00000001\nn00000002\n"),
        file("val/val_annotations.txt", "v.JPEG\tn00000001\nw.JPEG\tn00000002\n"),
        file("train/n00000001/images/a.JPEG", images[0]!),
        file("train/n00000001/images/b.JPEG", images[1]!),
        file("train/n00000002/images/c.JPEG", images[2]!),
        file("val/images/v.JPEG", images[3]!),
        file("val/images/w.JPEG", images[4]!),
      ]),
    );
    const path = join(folder, "tiny.zip");
    await fc.assert(
      fc.asyncProperty(damage, async (harm) => {
        writeFileSync(path, damaged(zip, harm));
        await readsOrSays(path, () => listTinyImageNet(path));
      }),
      { numRuns: 80 },
    );
  });

  test("in iNaturalist's archive, before and after it is packed, and in its lists", async () => {
    const folder = temporaryFolder();
    caches.push(join(folder, "cache"));
    mkdirSync(folder, { recursive: true });
    const names = ["a", "b", "c"].map((name) => `train_val2018/${name}.jpg`);
    const images = await greys(3);
    const tar = await tarOf(new Map(names.map((name, i) => [name, images[i]!])));
    const list = (of: readonly number[]): Buffer =>
      Buffer.from(
        JSON.stringify({
          images: of.map((i) => ({ id: i, file_name: names[i] })),
          annotations: of.map((i) => ({ image_id: i, category_id: i % 2 })),
          categories: [0, 1].map((id) => ({ id, name: String(id) })),
        }),
      );
    const lists = { train: list([0, 1]), val: list([2]) };
    const path = join(folder, "train_val2018.tar.gz");
    await fc.assert(
      fc.asyncProperty(damage, fc.constantFrom("inside", "packed", "train", "val"), async (harm, where) => {
        const content = where === "inside" ? gzipSync(damaged(tar, harm)) : gzipSync(tar);
        writeFileSync(path, where === "packed" ? damaged(content, harm) : content);
        for (const [name, bytes] of Object.entries(lists)) {
          writeFileSync(join(folder, `${name}2018.json`), where === name ? damaged(bytes, harm) : bytes);
        }
        await readsOrSays(folder, () => listINaturalist(path));
      }),
      { numRuns: 80 },
    );
  });

  test("in images of every format", async () => {
    const noise = { type: "gaussian", mean: 128, sigma: 50 } as const;
    const photo = sharp({ create: { width: 50, height: 40, channels: 3, background: "#888", noise } });
    const encoded = await Promise.all(
      (["jpeg", "png", "webp", "gif", "tiff", "avif"] as const).map((format) =>
        photo.clone().toFormat(format).toBuffer(),
      ),
    );
    await fc.assert(
      fc.asyncProperty(damage, fc.constantFrom(...encoded), async (harm, bytes) => {
        const decoded = await decodeImage(damaged(bytes, harm), { size: 8, resize: "crop" }).catch(
          (error: unknown) => error,
        );
        if (decoded instanceof Error) expect(decoded.message).not.toBe("");
        else expect(decoded).toHaveLength(8 * 8 * 3);
      }),
      { numRuns: 300 },
    );
  });
});
