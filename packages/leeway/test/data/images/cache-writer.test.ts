import { readFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeAll } from "../../../src/data/images/cache-writer.ts";
import { temporaryFolder } from "../../storage/temporary-folder.ts";

test("writeAll writes again what a disk did not take at once, as one that is nearly full does not", async () => {
  const path = join(temporaryFolder(), "pixels.bin");
  const file = await open(path, "w+");
  const reluctant = {
    write: (bytes: Uint8Array, _: number, length: number, position: number) =>
      file.write(bytes, 0, Math.min(3, length), position),
  } as unknown as FileHandle;
  await writeAll(reluctant, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), 2);
  await file.close();
  expect([...readFileSync(path)]).toEqual([0, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
});
