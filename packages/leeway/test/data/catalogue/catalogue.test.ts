import { describe as suite, expect, test } from "vitest";
import {
  datasetEntry,
  datasets,
  findDataset,
  fingerprint,
  keepProfile,
  loadDataset,
} from "../../../src/data/index.ts";
import type { ImageDataset } from "../../../src/data/images/image-dataset.ts";
import { classCounts, profileCounts } from "../../../src/imbalance/index.ts";
import { RunError } from "../../../src/errors.ts";
import { temporaryFolder } from "../../storage/temporary-folder.ts";

const fashion = await findDataset(datasetEntry("fashion-mnist").files);
const cifar10 =
  process.env["LEEWAY_DATA"] === undefined ? undefined : await findDataset(datasetEntry("cifar10").files);

suite("datasets", () => {
  test.for([
    ["cifar10", 10, 50_000, 10_000],
    ["cifar100", 100, 50_000, 10_000],
    ["fashion-mnist", 10, 60_000, 10_000],
    ["tiny-imagenet", 200, 100_000, 10_000],
    ["inaturalist2018", 8142, 437_513, 24_426],
  ] as const)("say of %s how many classes and examples it has", ([name, classes, trainSize, testSize]) => {
    expect(datasetEntry(name)).toMatchObject({ classes, trainSize, testSize });
  });

  test.for([
    ["cifar10", 5000],
    ["cifar100", 500],
    ["fashion-mnist", 6000],
    ["mnist", 5421],
    ["tiny-imagenet", 500],
    ["inaturalist2018", 2],
    ["imdb", 12_500],
  ] as const)("say of %s how small its smallest class is", ([name, smallestClass]) => {
    expect(datasetEntry(name).smallestClass).toBe(smallestClass);
  });

  test("have names of their own", () => {
    expect(new Set(datasets.map(({ name }) => name)).size).toBe(datasets.length);
  });

  test("guess the data set of a misspelt name", () => {
    expect(() => datasetEntry("cifar-10")).toThrow(
      /expected dataset to be one of cifar10, cifar100, .*, got "cifar-10"\. Did you mean "cifar10"\?/,
    );
  });
});

async function loadImages(name: string): Promise<{ train: ImageDataset; test: ImageDataset }> {
  const { train, test: held } = await loadDataset(name);
  return { train: train as ImageDataset, test: held as ImageDataset };
}

suite("loadDataset", () => {
  test("says where it looked for what is not there", async () => {
    const dataDir = temporaryFolder();
    const said = await loadDataset("cifar100", { dataDir }).then(
      () => undefined,
      (error: unknown) => (error instanceof RunError ? error.message : "not a RunError"),
    );
    // A machine that has CIFAR-100 in its cache loads it.
    if (said === undefined) return;
    expect(said).toContain(`--data-dir: ${dataDir}`);
    expect(said).toContain("cifar-100-binary.tar.gz");
  });

  test.skipIf(fashion === undefined)("reads Fashion-MNIST (needs it installed)", async () => {
    const { train, test: held } = await loadImages("fashion-mnist");
    expect([...train.labels.subarray(0, 10)]).toEqual([9, 0, 0, 3, 0, 2, 7, 2, 5, 5]);
    expect(classCounts(train.labels, 10)).toEqual(Array(10).fill(6000));
    expect(classCounts(held.labels, 10)).toEqual(Array(10).fill(1000));
    expect(statistics(train.pixels, 1)).toEqual([{ mean: 0.286, std: 0.353 }]);
  });

  test.skipIf(cifar10 === undefined)(
    "reads CIFAR-10 whole (needs LEEWAY_DATA to name its folder)",
    async () => {
      const { train, test: held } = await loadImages("cifar10");
      expect(classCounts(train.labels, 10)).toEqual(Array(10).fill(5000));
      expect(classCounts(held.labels, 10)).toEqual(Array(10).fill(1000));
      expect(statistics(train.pixels, 3).map(({ mean }) => mean)).toEqual([0.491, 0.482, 0.447]);
      const counts = profileCounts("longtail", { classes: 10, max: 5000, ratio: 100 });
      const kept = keepProfile(train, counts, 0);
      expect(kept.labels.length).toBe(12_406);
      expect(fingerprint(kept)).toMatch(/^[0-9a-f]{64}$/);
    },
  );
});

/** Mean and deviation of each channel, pixels in 0..1, to three places. */
function statistics(pixels: Uint8Array, channels: number): { mean: number; std: number }[] {
  const sums = Array.from({ length: channels }, () => ({ sum: 0, squares: 0 }));
  for (let i = 0; i < pixels.length; i++) {
    const of = sums[i % channels]!;
    const value = pixels[i]! / 255;
    of.sum += value;
    of.squares += value * value;
  }
  const n = pixels.length / channels;
  const rounded = (value: number): number => Math.round(value * 1000) / 1000;
  return sums.map(({ sum, squares }) => ({
    mean: rounded(sum / n),
    std: rounded(Math.sqrt(squares / n - (sum / n) ** 2)),
  }));
}
