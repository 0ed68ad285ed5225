import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe as suite, expect, test } from "vitest";
import { RunError } from "../../src/errors.ts";
import { writeFileAtomically } from "../../src/storage/index.ts";
import { killAfterFirstWords } from "./programs.ts";
import { temporaryFolder } from "./temporary-folder.ts";

suite("writeFileAtomically", () => {
  test("writes text and bytes, and leaves nothing beside", () => {
    const folder = temporaryFolder();
    writeFileAtomically(join(folder, "a.txt"), "ä");
    writeFileAtomically(join(folder, "b.bin"), Uint8Array.of(1, 2));
    expect(readFileSync(join(folder, "a.txt"), "utf8")).toBe("ä");
    expect([...readFileSync(join(folder, "b.bin"))]).toEqual([1, 2]);
    expect(readdirSync(folder).sort()).toEqual(["a.txt", "b.bin"]);
  });
  test("replaces the whole of a longer file", () => {
    const path = join(temporaryFolder(), "a.txt");
    writeFileSync(path, "the old and longer contents");
    writeFileAtomically(path, "new");
    expect(readFileSync(path, "utf8")).toBe("new");
  });
  test("leaves a whole file where the process is killed in the middle of writing", async () => {
    for (const milliseconds of [3, 20]) {
      const path = join(temporaryFolder(), "a.txt");
      await killAfterFirstWords("write-until-killed.ts", [path], milliseconds);
      const contents = readFileSync(path, "utf8");
      expect(contents === contents[0]!.repeat(2 ** 20)).toBe(true);
    }
  });
  test("names the file, keeps the cause and leaves nothing beside where it fails", () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "taken"));
    try {
      writeFileAtomically(join(folder, "taken"), "text");
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(RunError);
      expect(error).toMatchObject({
        code: "run",
        path: join(folder, "taken"),
        cause: { code: "EISDIR" },
      });
    }
    expect(readdirSync(folder)).toEqual(["taken"]);
  });
  test("does not make the folder", () => {
    const path = join(temporaryFolder(), "missing", "a.txt");
    expect(() => {
      writeFileAtomically(path, "text");
    }).toThrow(`${path}: expected to write the file, got ENOENT`);
  });
});
