import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe as suite, expect, test } from "vitest";
import { loadCifar } from "../../../src/data/catalogue/cifar.ts";
import type { DatasetSplits } from "../../../src/data/images/image-dataset.ts";
import { loadMnist } from "../../../src/data/catalogue/mnist.ts";
import { RunError } from "../../../src/errors.ts";
import { cifarFiles, small, tarOf, tinyCifar10, writeFolder } from "../catalogue/cifar-files.ts";
import { idxFilesOf, tinyFashion } from "../catalogue/idx-files.ts";
import { temporaryFolder } from "../../storage/temporary-folder.ts";

/** Ways to damage a file of `length` bytes: cut it, change a byte, repeat a part of it, or put a part elsewhere. */
interface Damage {
  readonly kind: "cut" | "change" | "repeat" | "erase";
  readonly at: number;
  readonly span: number;
  readonly value: number;
}

/** Damage falls on the first bytes, where the headers are, as often as anywhere. */
const damage: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom("cut", "change", "repeat", "erase"),
  at: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 0.01, noNaN: true })),
  span: fc.integer({ min: 1, max: 4000 }),
  value: fc.integer({ min: 0, max: 255 }),
});

function damaged(file: Buffer, { kind, at, span, value }: Damage): Buffer {
  const from = Math.min(Math.floor(at * file.length), file.length - 1);
  const part = file.subarray(from, from + span);
  const [before, after] = [file.subarray(0, from), file.subarray(from + span)];
  if (kind === "cut") return Buffer.from(before);
  if (kind === "repeat") return Buffer.concat([before, part, part, after]);
  if (kind === "erase") return Buffer.concat([before, after]);
  return Buffer.concat([before, Buffer.of(value), file.subarray(from + 1)]);
}

/** Either it loads, with labels in range, or it says which file is wrong. */
async function loadsOrSays(loading: Promise<DatasetSplits>, path: string): Promise<void> {
  try {
    const { train, test: held } = await loading;
    for (const label of [...train.labels, ...held.labels]) expect(label).toBeLessThan(10);
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    expect(error.code).toBe("data");
    expect(error.message).toContain(path);
  }
}

suite("damage anywhere loads or names the file", () => {
  const tiniest = small(tinyCifar10, 1);

  test("in a CIFAR archive, before and after it is packed", async () => {
    const tar = await tarOf(cifarFiles(tiniest));
    const path = join(temporaryFolder(), "a.tar.gz");
    await fc.assert(
      fc.asyncProperty(damage, fc.boolean(), async (harm, inside) => {
        await writeFile(path, inside ? gzipSync(damaged(tar, harm)) : damaged(gzipSync(tar), harm));
        await loadsOrSays(loadCifar(path, tiniest), path);
      }),
      { numRuns: 150 },
    );
  });

  test("in a tar header, field by field", async () => {
    const tar = await tarOf(cifarFiles(tiniest));
    const path = join(temporaryFolder(), "a.tar.gz");
    const byte = fc.integer({ min: 0, max: 511 });
    await fc.assert(
      fc.asyncProperty(byte, fc.integer({ min: 0, max: 255 }), async (at, value) => {
        await writeFile(path, gzipSync(withHeaderByte(tar, at, value)));
        await loadsOrSays(loadCifar(path, tiniest), path);
      }),
      { numRuns: 150 },
    );
  });

  test("in a CIFAR folder", async () => {
    const folder = await writeFolder(temporaryFolder(), cifarFiles(tiniest));
    const files = [...cifarFiles(tiniest)];
    await fc.assert(
      fc.asyncProperty(damage, fc.constantFrom(...files), async (harm, [name, content]) => {
        await writeFile(join(folder, name), damaged(content, harm));
        await loadsOrSays(loadCifar(folder, tiniest), folder);
        await writeFile(join(folder, name), content);
      }),
    );
  });

  test("in IDX files, packed or not", async () => {
    const folder = temporaryFolder();
    const files = [...idxFilesOf()];
    const choice = fc.constantFrom(...files);
    let round = 0;
    await fc.assert(
      fc.asyncProperty(damage, choice, fc.boolean(), async (harm, [name, content], packed) => {
        const here = join(folder, String(round++));
        await mkdir(here);
        await writeFolder(here, new Map(files.filter(([other]) => other !== name)));
        const harmed = packed ? damaged(gzipSync(content), harm) : damaged(content, harm);
        await writeFile(join(here, packed ? `${name}.gz` : name), harmed);
        await loadsOrSays(loadMnist(here, tinyFashion), here);
      }),
    );
  });
});

/** The archive with one byte of its first header changed and the header's checksum made right again. */
function withHeaderByte(tar: Buffer, at: number, value: number): Buffer {
  const changed = Buffer.from(tar);
  changed[at] = value;
  changed.fill(" ", 148, 156);
  const sum = changed.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  changed.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return changed;
}
