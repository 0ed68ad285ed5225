import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe as suite, expect, test } from "vitest";
import { loadMnist, type MnistLayout } from "../../../src/data/catalogue/mnist.ts";
import { RunError } from "../../../src/errors.ts";
import { writeFolder } from "./cifar-files.ts";
import { idx, idxFilesOf, tinyFashion } from "./idx-files.ts";
import { temporaryFolder } from "../../storage/temporary-folder.ts";
import { held } from "../tiny-dataset.ts";

/** The message that loading ends with, the four files being good but for one. */
async function failure(file: string, content: Buffer, layout: MnistLayout = tinyFashion): Promise<string> {
  const folder = await writeFolder(temporaryFolder(), idxFilesOf(layout));
  await rm(join(folder, file.replace(/\.gz$/, "")));
  await writeFile(join(folder, file), content);
  const error: unknown = await loadMnist(folder, layout).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof RunError)) throw new Error(`expected a RunError, got ${String(error)}`);
  expect(error.code).toBe("data");
  expect(error.path).toBe(join(folder, file));
  return error.message;
}

const images = "train-images-idx3-ubyte";
const labels = "train-labels-idx1-ubyte";
const trainImages = idxFilesOf().get(images)!;

suite("loadMnist", () => {
  test("reads the four files, packed or not, to the same data", async () => {
    const folder = temporaryFolder();
    const plain = await writeFolder(join(folder, "a"), idxFilesOf());
    const gzipped = new Map([...idxFilesOf()].map(([name, bytes]) => [`${name}.gz`, gzipSync(bytes)]));
    const packed = await writeFolder(join(folder, "b"), gzipped);
    const data = await loadMnist(plain, tinyFashion);
    expect([...data.train.labels]).toEqual([9, 8, 7, 6, 5, 4]);
    expect(data.test.pixels.length).toBe(4 * 28 * 28);
    expect(data.train.pixels[252]).toBe(1);
    expect(held(await loadMnist(packed, tinyFashion))).toEqual(held(data));
  });

  test("names a missing file", async () => {
    const folder = await writeFolder(temporaryFolder(), idxFilesOf());
    await rm(join(folder, "t10k-labels-idx1-ubyte"));
    await expect(loadMnist(folder, tinyFashion)).rejects.toThrow(
      `${folder}/t10k-labels-idx1-ubyte.gz: expected the file, packed or not, got nothing there.`,
    );
  });

  test("refuses a wrong magic number", async () => {
    const expected = "expected an IDX file of 3 sizes, which begins with 00 00 08 03, got";
    expect(await failure(images, idxFilesOf().get(labels)!)).toContain(`${expected} 00 00 08 01.`);
    expect(await failure(images, Buffer.alloc(0))).toContain(`${expected} an empty file.`);
  });

  test("refuses other sizes", async () => {
    expect(await failure(images, idx([5, 28, 28], Buffer.alloc(5 * 784)))).toContain(
      "expected sizes 6 × 28 × 28, got 5 × 28 × 28.",
    );
  });

  test("refuses a truncated file and one that is too long, with both sizes", async () => {
    expect(await failure(images, trainImages.subarray(0, 1000))).toContain(
      `${images}: expected ${16 + 6 * 784} bytes, unpacked, got 1000.`,
    );
    expect(await failure(images, Buffer.concat([trainImages, Buffer.alloc(1)]))).toContain(
      `expected a file of at most ${16 + 6 * 784} bytes, got ${17 + 6 * 784} bytes.`,
    );
  });

  test("names the record of a label that is none", async () => {
    expect(await failure(labels, idx([6], Buffer.from([0, 1, 2, 3, 10, 5])))).toContain(
      `${labels}, record 4: expected a label from 0 to 9, got 10.`,
    );
  });

  test("refuses what is not gzip under the name of one", async () => {
    expect(await failure(`${images}.gz`, trainImages)).toContain("got one that begins with 00 00 08 03.");
  });

  test("refuses a gzip file that is cut off or damaged", async () => {
    const packed = gzipSync(trainImages);
    expect(await failure(`${images}.gz`, packed.subarray(0, 60))).toContain(
      "got one that is cut off after 60 bytes.",
    );
    packed[packed.length - 8]! ^= 0xff; // the checksum
    expect(await failure(`${images}.gz`, packed)).toContain("got a damaged one (incorrect data check).");
  });

  test("stops unpacking at the size it expects", async () => {
    expect(await failure(`${images}.gz`, gzipSync(Buffer.alloc(32 << 20)))).toContain(
      `expected a whole gzip file that unpacks to ${16 + 6 * 784} bytes, got one that unpacks to more.`,
    );
  });

  test("tells handwritten digits under the same names from clothes", async () => {
    const layout = { ...tinyFashion, records: { train: 12, test: 4 } };
    const digits = idx([12], Buffer.from([5, 0, 4, 1, 9, 2, 1, 3, 1, 4, 3, 5]));
    expect(await failure(labels, digits, layout)).toContain(
      "expected the labels of fashion-mnist, got those of MNIST (handwritten digits), whose files have the same names.",
    );
  });
});
