import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe as suite, expect, test } from "vitest";
import { readTextFolder } from "../../../src/data/text/text-folder.ts";
import { temporaryFolder } from "../../storage/temporary-folder.ts";
import { writeTree } from "./text-files.ts";

const read = (files: Readonly<Record<string, string | Buffer>>) =>
  readTextFolder(writeTree(temporaryFolder(), Object.entries(files)), "mine");

suite("readTextFolder", () => {
  test("takes a folder for a class, classes and files in the order of their names", async () => {
    const { train, test: held } = await read({
      "spam/2.txt": "win",
      "spam/1.TXT": "\ufeffbuy",
      "ham/a.txt": "hello",
      "ham/notes.md": "not a text",
      ".git/config": "hidden",
    });
    expect(train.texts).toEqual(["hello", "buy", "win"]);
    expect([train.classNames, [...train.labels], train.name]).toEqual([["ham", "spam"], [0, 1, 1], "mine"]);
    expect(held).toBeNull();
  });

  test("looks into folders inside a class's at any depth, and takes .txt and .text in any case", async () => {
    const { train, notes } = await read({
      "ham/a.txt": "one",
      "ham/2023/b.TXT": "two",
      "ham/2023/05/c.Text": "three",
      "spam/sub/d.txt": "four",
      "spam/sub/scan.pdf": "",
    });
    expect([train.texts, [...train.labels]]).toEqual([
      ["three", "two", "one", "four"],
      [0, 0, 0, 1],
    ]);
    expect(notes).toEqual(["1 file is no text by the ending of its name: spam/sub/scan.pdf"]);
  });

  test("takes files without an ending where none has that of a text", async () => {
    const { train, notes } = await read({ "a/51060": "x", "b/sub/51061": "y", "b/index.html": "" });
    expect(train.texts).toEqual(["x", "y"]);
    expect(notes).toEqual(["1 file is no text by the ending of its name: b/index.html"]);
    const mixed = await read({ "a/1.txt": "x", "b/2.txt": "y", "b/Makefile": "" });
    expect(mixed.notes).toEqual(["1 file is no text by the ending of its name: b/Makefile"]);
  });

  test("follows links to files and folders, and names those that lead back", async () => {
    const folder = writeTree(temporaryFolder(), [
      ["a/1.txt", "x"],
      ["b/2.txt", "y"],
    ]);
    symlinkSync(join(folder, "a/1.txt"), join(folder, "b/3.txt"));
    symlinkSync(folder, join(folder, "b/up"));
    const { train, notes } = await readTextFolder(folder, "mine");
    expect(train.texts).toEqual(["x", "y", "x"]);
    expect(notes).toEqual(["1 link leads back to a folder that holds it, and is not followed: b/up"]);
  });

  test("says which texts are empty or lie beside the folders of classes", async () => {
    const { train, notes } = await read({ "a/1.txt": " \n", "b/1.txt": "", "b/2.txt": "y", "c.txt": "z" });
    expect(train.texts).toEqual([" \n", "", "y"]);
    expect(notes).toEqual([
      "1 text lies beside the folders of classes and in none: c.txt",
      "2 texts are empty, the first a/1.txt",
    ]);
  });

  test("says what it leaves out", async () => {
    const classes = { "a/1.txt": "x", "b/1.txt": "y", "b/2.pdf": "", "b/.DS_Store": "", "README.md": "" };
    const one = "1 file is no text by the ending of its name: b/2.pdf";
    expect((await read(classes)).notes).toEqual([one]);
    const inTrain = Object.entries(classes).map(([path, content]) => [`train/${path}`, content] as const);
    const splits = { "test/a/1.txt": "x", "test/a/2.md": "", "val/a/1.txt": "x", "unsup/1.txt": "y" };
    const files: Record<string, string> = { ...Object.fromEntries(inTrain), ...splits };
    const { notes } = await read(files);
    expect(notes).toEqual([
      "left out unsup, val, beside the splits; --train-folder train --test-folder test --validation-folder val uses it",
      "2 files are no texts by the ending of their names: b/2.pdf, a/2.md",
    ]);
  });

  test("takes train and test apart where the folder has them", async () => {
    const files = { "train/a/1.txt": "x", "train/b/1.txt": "y", "test/b/1.txt": "z" };
    const { train, test: held } = await read(files);
    expect(train.texts).toEqual(["x", "y"]);
    expect([held!.texts, [...held!.labels], held!.classNames]).toEqual([["z"], [1], ["a", "b"]]);
  });

  test.for(["val", "valid", "validation"])("takes a folder %s for a test split too", async (name) => {
    const files = { "train/a/1.txt": "x", "train/b/1.txt": "y", [`${name}/b/1.txt`]: "z" };
    expect((await read(files)).test!.texts).toEqual(["z"]);
  });

  test("reads files in the encoding that is named", async () => {
    const files = { "a/1.txt": Buffer.from("caf\xe9", "latin1"), "b/1.txt": "y" };
    const folder = writeTree(temporaryFolder(), Object.entries(files));
    const { train } = await readTextFolder(folder, "mine", { encoding: "latin-1" });
    expect(train.texts).toEqual(["café", "y"]);
  });

  test("reads Western texts that are no UTF-8 as Windows-1252, and says which", async () => {
    const files = { "a/1.txt": Buffer.from("caf\xe9 au lait \x80 5", "latin1"), "b/1.txt": "déjà" };
    const folder = writeTree(temporaryFolder(), Object.entries(files));
    const { train, notes } = await readTextFolder(folder, "mine");
    expect(train.texts).toEqual(["café au lait € 5", "déjà"]);
    expect(notes).toEqual([
      "1 text is read as Windows-1252, not being UTF-8: a/1.txt; --encoding names another",
    ]);
  });

  const refused: readonly [what: string, files: Record<string, string | Buffer>, message: string][] = [
    ["no class", { "a.txt": "x" }, "expected a folder for each of at least two classes, got none"],
    ["one class", { "a/1.txt": "x" }, "expected a folder for each of at least two classes, got one (a)"],
    [
      "a class without texts",
      { "a/1.txt": "x", "b/1.md": "y" },
      "b: expected at least one text, got other files, such as 1.md",
    ],
    ["Latin-1", { "a/1.txt": Buffer.of(0xe9), "b/1.txt": "" }, "1.txt: expected text in UTF-8"],
    ["UTF-16", { "a/1.txt": Buffer.from("\ufeffx", "utf16le"), "b/1.txt": "" }, "it begins as UTF-16 does"],
    [
      "a class only tested on",
      { "train/a/1.txt": "x", "train/b/1.txt": "y", "test/c/1.txt": "z" },
      "expected classes among a, b, as in train, got c",
    ],
  ];
  test.for(refused)("refuses %s", async ([, files, message]) => {
    await expect(read(files)).rejects.toMatchObject({ name: "RunError", code: "data" });
    await expect(read(files)).rejects.toThrow(message);
  });

  test("refuses a folder that is not there", async () => {
    await expect(readTextFolder("/nowhere/at/all", "mine")).rejects.toThrow(
      "expected a file that can be read",
    );
  });
});
