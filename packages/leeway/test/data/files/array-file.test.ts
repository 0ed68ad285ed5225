import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { describe as suite, expect, test } from "vitest";
import { mapArrays, writeArrays } from "../../../src/data/files/array-file.ts";
import { temporaryFolder } from "../../storage/temporary-folder.ts";

/** What comes back of a value through a file. */
function through<T>(value: T): T {
  const path = join(temporaryFolder(), "arrays");
  const file = openSync(path, "w");
  writeArrays(file, value);
  closeSync(file);
  return mapArrays(path) as T;
}

suite("a value in a file", () => {
  test("comes back as it was, arrays and all", () => {
    const shared = Float32Array.of(0.1, Number.NaN, -0);
    const value = {
      names: ["a", "ä"],
      nothing: null,
      reading: undefined,
      columns: [{ values: shared }, { values: Int32Array.of(-1, 2) }],
      ids: Uint32Array.of(7).subarray(0, 1),
      empty: new Float64Array(0),
      bytes: Uint8Array.of(1, 2, 3),
    };
    expect(through(value)).toEqual(value);
  });

  test("has all its arrays in one memory, the file's", () => {
    const { a, b } = through({ a: Float32Array.of(1), b: Float64Array.of(2, 3) });
    expect(a.buffer).toBe(b.buffer);
    expect(b.byteOffset % 64).toBe(0);
  });

  test("is refused where it is not plain", () => {
    expect(() => through({ f: () => 1 })).toThrow("could not be cloned");
  });
});
