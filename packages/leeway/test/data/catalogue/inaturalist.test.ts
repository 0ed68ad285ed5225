import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe as suite, expect, test } from "vitest";
import { type ImageCache, openImageCache } from "../../../src/data/images/cache.ts";
import { listINaturalist } from "../../../src/data/catalogue/inaturalist.ts";
import { temporaryFolder } from "../../storage/temporary-folder.ts";
import { greys, tarOf } from "../images/image-files.ts";
import { annotations, inat, nameOf, tested, trained } from "./inaturalist-files.ts";

async function cacheOf(path: string): Promise<ImageCache> {
  const making = openImageCache(
    await listINaturalist(path),
    { size: 8, resize: "crop" },
    { cacheDir: temporaryFolder() },
  );
  while (true) {
    const next = await making.next();
    if (next.done === true) return next.value;
  }
}

suite("listINaturalist", () => {
  test("takes labels from the annotations, training images first", async () => {
    const { classNames, images } = await listINaturalist(await inat());
    expect(classNames).toEqual(["0", "1"]);
    expect(images.map(({ path, split, label }) => [path, split, label])).toEqual([
      ...trained.map(([name, label]) => [name, "train", label]),
      ...tested.map(([name, label]) => [name, "test", label]),
    ]);
  });

  test("reads the same from the archive, in whatever order it is, as from the folder", async () => {
    const archive = await cacheOf(await inat({ form: "tar.gz" }));
    const folder = await cacheOf(await inat());
    const pixels = readFileSync(archive.pixels);
    expect(pixels.equals(readFileSync(folder.pixels))).toBe(true);
    expect([0, 1, 2, 3].map((i) => pixels[i * 192])).toEqual([0, 1, 2, 3]);
    expect(archive.bad).toEqual([]);
  });

  test("lists members that are links or missing, and follows none", async () => {
    const folder = await inat({ form: "tar.gz" });
    const [one] = await greys(1);
    const members = new Map<string, Buffer | string>([
      [`./${nameOf(1, 0)}`, one!],
      [nameOf(0, 1), "/etc/passwd"],
      ["../../outside.jpg", one!],
      [nameOf(0, 3), Buffer.alloc(0)],
    ]);
    const path = join(folder, "train_val2018.tar.gz");
    writeFileSync(path, gzipSync(await tarOf(members)));
    expect((await cacheOf(path)).bad.map(({ index, why }) => [index, why])).toEqual([
      [1, "a symlink, not a file of at most 67108864 bytes"],
      [2, "not in the archive"],
      [3, "empty file"],
    ]);
  });

  test("refuses an archive that is cut off, or that unpacks to far more than images do", async () => {
    const folder = await inat({ form: "tar.gz" });
    const path = join(folder, "train_val2018.tar.gz");
    const cut = readFileSync(path).subarray(0, -40);
    writeFileSync(path, cut);
    await expect(cacheOf(folder)).rejects.toThrow(
      `${path}: expected a whole .tar.gz, got one that is cut off after ${cut.length} bytes.`,
    );
    writeFileSync(path, gzipSync(await tarOf(new Map([["zeros", Buffer.alloc(80 << 20)]])), { level: 1 }));
    await expect(cacheOf(folder)).rejects.toThrow(/expected at most \d+ bytes when unpacked, got more/);
  });

  test.for([
    ["{", "expected JSON"],
    [{ images: [] }, "train2018.json, annotations: expected the lists images, annotations and categories"],
    [annotations([["train_val2018/../../etc/passwd", 1]]), "images.0: expected a file_name in train_val2018"],
    [annotations([["/etc/passwd", 1]]), "images.0: expected a file_name in train_val2018"],
    [annotations([[nameOf(1, 0), 7]]), "with a category from 0 to 1, got category 7"],
    [annotations([...trained, trained[0]]), "expected it once, got it twice"],
    [annotations([[nameOf(1, 0), 1]]), "expected training images of every class, got none of 0"],
  ] as const)("refuses annotations, case %#", async ([train, why]) => {
    await expect(listINaturalist(await inat({ train }))).rejects.toThrow(why);
  });
});
