import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe as suite, expect, test } from "vitest";
import { openImageCache } from "../../../src/data/images/cache.ts";
import type { ImageListing } from "../../../src/data/images/listing.ts";
import { listTinyImageNet } from "../../../src/data/catalogue/tiny-imagenet.ts";
import { temporaryFolder } from "../../storage/temporary-folder.ts";
import { type Files, writeFiles, zipOf } from "../images/image-files.ts";
import { tinyFiles } from "./tiny-imagenet-files.ts";

/** A zip file of Tiny ImageNet's files, below the folder the official one has. */
function zipFile(files: Files, options: Parameters<typeof zipOf>[1] = {}): string {
  const path = join(temporaryFolder(), "tiny-imagenet-200.zip");
  const inside = new Map([...files].map(([name, content]) => [`tiny-imagenet-200/${name}`, content]));
  writeFileSync(path, zipOf(inside, options));
  return path;
}

const plain = ({ images }: ImageListing): unknown =>
  images.map(({ path, split, label }) => [path, split, label]);

async function pixelsOf(listing: ImageListing): Promise<Buffer> {
  const making = openImageCache(listing, { size: 8, resize: "crop" }, { cacheDir: temporaryFolder() });
  while (true) {
    const next = await making.next();
    if (next.done === true) return readFileSync(next.value.pixels);
  }
}

suite("listTinyImageNet", () => {
  test("takes the labels' order from wnids.txt and the test set from val_annotations.txt", async () => {
    const listing = await listTinyImageNet(await writeFiles(temporaryFolder(), await tinyFiles()));
    expect(listing.classNames).toEqual(["n01629819", "n01443537 goldfish"]);
    const train = (id: string, label: number): unknown[] =>
      [0, 1, 2].map((i) => [`train/${id}/images/${id}_${i}.JPEG`, "train", label]);
    expect(plain(listing)).toEqual([
      ...train("n01629819", 0),
      ...train("n01443537", 1),
      ["val/images/val_0.JPEG", "test", 1],
      ["val/images/val_1.JPEG", "test", 0],
    ]);
  });

  test("reads the same from the archive as from the folder", async () => {
    const files = await tinyFiles();
    const [folder, archive] = [
      await listTinyImageNet(await writeFiles(temporaryFolder(), files)),
      await listTinyImageNet(zipFile(files)),
    ];
    expect(plain(archive)).toEqual(plain(folder));
    expect(archive.classNames).toEqual(folder.classNames);
    const pixels = await pixelsOf(archive);
    expect(pixels.equals(await pixelsOf(folder))).toBe(true);
    expect(pixels[0]).toBe(3); // the fourth image, since its class comes first
  });

  test.for([
    ["wnids.txt", "n01443537\nn01443537\n", "wnids.txt: expected a different WordNet id"],
    ["wnids.txt", "../../etc\n", "wnids.txt: expected a different WordNet id"],
    [
      "val/val_annotations.txt",
      "val_0.JPEG\tn99999999\n",
      "line 1: expected the name of an image and a WordNet id",
    ],
    ["val/val_annotations.txt", "../../a.JPEG\tn01443537\n", "line 1: expected the name of an image"],
  ] as const)("refuses a %s of %j", async ([name, text, why]) => {
    const files = await tinyFiles({ [name]: text });
    await expect(listTinyImageNet(await writeFiles(temporaryFolder(), files))).rejects.toThrow(why);
    await expect(listTinyImageNet(zipFile(files))).rejects.toThrow(why);
  });

  test("lists what the annotations name and the archive has not", async () => {
    const files = await tinyFiles();
    files.delete("val/images/val_1.JPEG");
    const making = openImageCache(
      await listTinyImageNet(zipFile(files)),
      { size: 8, resize: "crop" },
      { cacheDir: temporaryFolder() },
    );
    let next = await making.next();
    while (next.done !== true) next = await making.next();
    expect(next.value.bad).toEqual([{ index: 7, path: "val/images/val_1.JPEG", why: "not in the archive" }]);
  });
});

suite("a zip archive made to harm", () => {
  test("cannot name a file outside itself", async () => {
    const files = new Map([...(await tinyFiles()), ["../../../../etc/x.JPEG", Buffer.from("x")]]);
    await expect(listTinyImageNet(zipFile(files))).rejects.toThrow(
      /expected a whole zip archive, got .*relative path/,
    );
  });
  test("cannot hold links", async () => {
    const path = zipFile(await tinyFiles(), { mode: 0o120777 });
    await expect(listTinyImageNet(path)).rejects.toThrow("expected a file, got a link");
  });
  test("cannot claim more than an image may have", async () => {
    const path = zipFile(await tinyFiles(), { claims: 2 ** 31 });
    await expect(listTinyImageNet(path)).rejects.toThrow(
      "expected at most 67108864 bytes, got 2147483648 bytes",
    );
  });
  test("cannot unpack to more than it claims", async () => {
    const path = zipFile(await tinyFiles(), { claims: 5 });
    await expect(listTinyImageNet(path)).rejects.toThrow(/expected a whole zip archive, got too many bytes/);
  });
  test("is refused where it is none, cut off or not there", async () => {
    const path = zipFile(await tinyFiles());
    writeFileSync(path, readFileSync(path).subarray(0, -30));
    await expect(listTinyImageNet(path)).rejects.toThrow(`${path}: expected a whole zip archive`);
    writeFileSync(path, "");
    await expect(listTinyImageNet(path)).rejects.toThrow(`${path}: expected a whole zip archive`);
    await expect(listTinyImageNet("/no/such.zip")).rejects.toThrow(
      "/no/such.zip: expected a file that can be read",
    );
  });
});
