import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe as suite, expect, test } from "vitest";
import { mapFile } from "../src/index.ts";

const folder = mkdtempSync(join(tmpdir(), "leeway-map-"));
const path = join(folder, "numbers");
afterAll(() => {
  rmSync(folder, { recursive: true });
});

suite("mapFile", () => {
  test("gives the bytes of a file, also of one whose name is gone", () => {
    const gone = join(folder, "gone");
    writeFileSync(gone, Float32Array.of(1, 2.5));
    const numbers = new Float32Array(mapFile(gone));
    rmSync(gone);
    expect([...numbers]).toEqual([1, 2.5]);
  });

  test("keeps what is written to it away from the file", () => {
    writeFileSync(path, Int32Array.of(7, 8));
    const numbers = new Int32Array(mapFile(path));
    numbers[0] = 9;
    expect([...numbers]).toEqual([9, 8]);
    expect(readFileSync(path)).toEqual(Buffer.from(Int32Array.of(7, 8).buffer));
  });

  test("names a file that is not there or holds nothing", () => {
    expect(() => mapFile(join(folder, "none"))).toThrow(/none: could not be opened: No such file/);
    writeFileSync(join(folder, "empty"), "");
    expect(() => mapFile(join(folder, "empty"))).toThrow("empty: expected bytes to map, got none");
  });
});
