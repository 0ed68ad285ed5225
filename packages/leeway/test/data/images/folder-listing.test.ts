import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe as suite, expect, test } from "vitest";
import { listFolder } from "../../../src/data/images/folder-listing.ts";
import { listingKey } from "../../../src/data/images/listing.ts";
import { temporaryFolder } from "../../storage/temporary-folder.ts";
import { type Files, writeFiles } from "./image-files.ts";

/** Files whose content does not matter: a listing does not decode. */
const named = (...names: string[]): Files => new Map(names.map((name) => [name, Buffer.from(name)]));
const folderOf = (...names: string[]): Promise<string> => writeFiles(temporaryFolder(), named(...names));

suite("listFolder", () => {
  test("takes a folder a class, in the order of their names, with the folders inside", async () => {
    const listing = await listFolder(await folderOf("dog/b.JPG", "cat/x/2.png", "cat/1.webp", "dog/a.jpeg"));
    expect(listing.classNames).toEqual(["cat", "dog"]);
    expect(listing.images.map(({ path, label, split }) => [path, label, split])).toEqual([
      ["cat/1.webp", 0, "train"],
      ["cat/x/2.png", 0, "train"],
      ["dog/a.jpeg", 1, "train"],
      ["dog/b.JPG", 1, "train"],
    ]);
    expect(listing.notes).toEqual([]);
  });

  test.for(["test", "val", "valid", "validation"])("takes train and %s as the splits", async (name) => {
    const listing = await listFolder(
      await folderOf("train/a/1.png", "train/b/1.png", `${name}/b/2.png`, `${name}/a/2.png`),
    );
    expect(listing.classNames).toEqual(["a", "b"]);
    expect(listing.images.map(({ split, label }) => [split, label])).toEqual([
      ["train", 0],
      ["train", 1],
      ["test", 0],
      ["test", 1],
    ]);
  });

  test("takes a test set from another folder", async () => {
    const folder = await folderOf("a/1.png", "b/1.png");
    const testFolder = await folderOf("b/1.png");
    const { images, source } = await listFolder(folder, { testPaths: [testFolder] });
    expect(images.map(({ path, split, label }) => [path, split, label])).toEqual([
      ["a/1.png", "train", 0],
      ["b/1.png", "train", 1],
      ["b/1.png", "test", 1],
    ]);
    await writeFiles(testFolder, new Map([["b/1.png", Buffer.from("of the test")]]));
    const paths = images.map(({ path }) => path);
    for await (const { index, read } of source.files(paths, (i) => i > 0)) {
      expect(Buffer.from(await read()).toString()).toBe(index === 1 ? "b/1.png" : "of the test");
    }
    const both = await folderOf("train/a/1.png", "train/b/1.png", "val/a/1.png");
    expect((await listFolder(both, { testPaths: [testFolder] })).images.map(({ split }) => split)).toEqual([
      ...["train", "train", "test", "validation"], // val chooses the epoch beside another test
    ]);
    const twice = await folderOf("train/a/1.png", "train/b/1.png", "Test/a/1.png");
    await expect(listFolder(twice, { testPaths: [testFolder] })).rejects.toThrow(
      "expected one test split, got a folder Test in it and one that --test names.",
    );
  });

  test("says what it left out", async () => {
    const folder = await folderOf("train/a/1.png", "train/b/1.png", "test/a/1.png", "val/a/1.png");
    await writeFiles(folder, named("train/a/read.me", "train/list.txt", ".hidden/1.png"));
    await mkdir(join(folder, "train/empty"));
    expect((await listFolder(folder)).notes).toEqual([
      "left out val, beside the splits; --train-folder train --test-folder test --validation-folder val uses it",
      "train/empty holds no images and is left out",
      "2 files are no images by the ending of their names: train/a/read.me, train/list.txt",
    ]);
  });

  test.for([
    [["a/1.png"], "expected at least two classes, got a."],
    [["1.png", "2.png"], "expected a folder of images for each class, got 2 images in none, such as 1.png."],
    [["1.txt"], "expected images, got none. Put the images of each class into a folder of its own"],
    [
      ["train/a/1.png", "train/b/1.png", "test/c/1.png"],
      "expected training images of every class, got none of c.",
    ],
  ] as const)("refuses a folder of %s", async ([names, why]) => {
    await expect(listFolder(await folderOf(...names))).rejects.toThrow(why);
  });

  test("follows links to files, folders and folders of classes, and says which lead out", async () => {
    const folder = await folderOf("a/1.png", "b/1.png");
    const elsewhere = await folderOf("2.png", "sub/3.png");
    await symlink(join(folder, "a/1.png"), join(folder, "b/inside.png"));
    await symlink(join(elsewhere, "2.png"), join(folder, "b/outside.png"));
    await symlink(elsewhere, join(folder, "c"));
    await symlink(join(elsewhere, "sub"), join(folder, "a/sub"));
    await symlink("/no/such", join(folder, "a/broken.png"));
    const { images, classNames, notes, source } = await listFolder(folder);
    expect(classNames).toEqual(["a", "b", "c"]);
    expect(images.map(({ path, stamp }) => (stamp === "missing" ? `${path} missing` : path))).toEqual([
      ...["a/1.png", "a/broken.png missing", "a/sub/3.png"],
      ...["b/1.png", "b/inside.png", "b/outside.png", "c/2.png", "c/sub/3.png"],
    ]);
    expect(notes).toEqual(["3 links lead out of the folder, and are read: a/sub, b/outside.png, c"]);
    const read: number[] = [];
    for await (const file of source.files(
      images.map(({ path }) => path),
      (index) => index !== 1,
    ))
      read.push((await file.read()).length);
    expect(read).toHaveLength(7);
  });

  test("passes over links that lead back, however they do", async () => {
    const folder = await folderOf("a/1.png", "b/deep/1.png");
    await symlink("..", join(folder, "a/up"));
    await symlink("../../a", join(folder, "b/deep/over"));
    await symlink("../b", join(folder, "a/across"));
    await symlink(".", join(folder, "self"));
    const { images, notes } = await listFolder(folder);
    expect(images.map(({ path }) => path)).toEqual([
      ...["a/1.png", "a/across/deep/1.png", "b/deep/1.png", "b/deep/over/1.png"],
    ]);
    expect(notes).toEqual([
      "self holds no images and is left out",
      "5 links lead back to a folder that holds them, and are not followed: a/across/deep/over, a/up, b/deep/over/across, …",
    ]);
  });

  test("refuses a folder that is not there", async () => {
    await expect(listFolder("/no/such")).rejects.toThrow(
      "/no/such: expected a file that can be read, got ENOENT",
    );
  });
});

suite("listingKey", () => {
  test("follows what the files are, not where they lie", async () => {
    const folder = await folderOf("a/1.png", "b/1.png");
    const listing = await listFolder(folder);
    const moved = { ...listing, source: (await listFolder(await folderOf("a/1.png", "b/1.png"))).source };
    expect(listingKey(moved, 1)).toBe(listingKey(listing, 1));
    expect(listingKey(listing, 2)).not.toBe(listingKey(listing, 1));
    await writeFiles(folder, new Map([["a/1.png", Buffer.from("another content")]]));
    expect(listingKey(await listFolder(folder), 1)).not.toBe(listingKey(listing, 1));
  });
});
