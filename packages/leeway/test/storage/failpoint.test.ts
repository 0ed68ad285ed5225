import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe as suite, expect, test } from "vitest";
import { armFailpoints, passedFailpoints, writeFileAtomically } from "../../src/storage/index.ts";
import { outputOf } from "./programs.ts";
import { temporaryFolder } from "./temporary-folder.ts";

afterEach(() => {
  armFailpoints(undefined);
});

suite("a failpoint", () => {
  test("stands at every step of an atomic write", () => {
    armFailpoints("");
    writeFileAtomically(join(temporaryFolder(), "a"), "new");
    expect(passedFailpoints()).toEqual(["open:1", "write:1", "sync:1", "rename:1", "sync-folder:1"]);
  });
  test.for([
    ["error", "EIO"],
    ["enospc", "ENOSPC"],
    ["edquot", "EDQUOT"],
    ["erofs", "EROFS"],
    ["eacces", "EACCES"],
  ])("%s fails as the system does, %s, and the old file stays", ([action, code]) => {
    for (const place of ["open", "write", "sync", "rename"]) {
      const path = join(temporaryFolder(), "a");
      writeFileAtomically(path, "old");
      armFailpoints(`${place}:1:${action}`);
      const write = (): void => {
        writeFileAtomically(path, "new");
      };
      expect(write).toThrow(`${path}: expected to write the file, got ${code}`);
      expect(readFileSync(path, "utf8")).toBe("old");
      expect(readdirSync(join(path, ".."))).toEqual(["a"]);
    }
  });
  test("counts its occurrences", () => {
    const folder = temporaryFolder();
    armFailpoints("rename:2:error,rename:4:error");
    const outcomes = ["a", "b", "c", "d"].map((name) => {
      try {
        writeFileAtomically(join(folder, name), "");
        return "written";
      } catch {
        return "failed";
      }
    });
    expect(outcomes).toEqual(["written", "failed", "written", "failed"]);
  });
  test("lost fails everything from there on, clearing away included", () => {
    const path = join(temporaryFolder(), "a");
    armFailpoints("sync:1:lost");
    for (const again of [1, 2]) {
      const write = (): void => {
        writeFileAtomically(path, "new");
      };
      expect(write, `time ${again}`).toThrow("EIO");
    }
    expect(readdirSync(join(path, ".."))).toEqual([`.a.${process.pid}.part`]);
  });
  test("kill ends the process there", async () => {
    const path = join(temporaryFolder(), "a");
    const environment = { LEEWAY_FAILPOINTS: "rename:3:kill" };
    expect(await outputOf("write-until-killed.ts", [path], environment)).toBe("written\n");
    expect(readFileSync(path, "utf8")).toBe("1".repeat(2 ** 20)); // the second is whole, the third never was
  });
});

suite("LEEWAY_FAILPOINTS", () => {
  test.for([
    [
      "renam:1:kill",
      'expected a place among open, write, append, sync, rename, sync-folder, make-folder, link, remove, claim, got "renam". Did you mean "rename"?',
    ],
    ["rename:1:kil", 'got "kil". Did you mean "kill"?'],
    ["rename:0:kill", 'expected an occurrence of at least 1, got "0"'],
    ["rename", "expected an action among"],
  ])("%s is refused", ([text, message]) => {
    expect(() => {
      armFailpoints(text);
    }).toThrow(message);
  });
  test("has no effect where it is not set", () => {
    const path = join(temporaryFolder(), "a");
    writeFileAtomically(path, "");
    expect(existsSync(path)).toBe(true);
    expect(passedFailpoints()).toEqual([]);
  });
});
