import sharp from "sharp";
import { describe as suite, expect, test } from "vitest";
import { type DatasetName } from "../../../src/catalogue/index.ts";
import { type Dataset, datasetEntry } from "../../../src/data/index.ts";
import type { Variation } from "../../../src/data/dataset.ts";
import { random } from "../../../src/random.ts";
import { temporaryFolder } from "../../storage/temporary-folder.ts";
import { writeFiles } from "../images/image-files.ts";
import { inat, nameOf } from "./inaturalist-files.ts";
import { tinyFiles } from "./tiny-imagenet-files.ts";

/** An image whose red is its column and whose green is its row, modulo 256; its blue is 255. */
function coordinates(width: number, height: number): Promise<Buffer> {
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const place = Math.floor(i / 3);
    return [place % width, Math.floor(place / width), 255][i % 3]!;
  });
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

interface Prepared {
  readonly train: Dataset;
  readonly record: { readonly mean: readonly number[]; readonly std: readonly number[] };
}

/** A data set in a folder as a run trains on it, and what the run keeps of how its images became numbers. */
async function prepared(name: DatasetName, folder: string): Promise<Prepared> {
  const source = await datasetEntry(name).load(folder, { cacheDir: temporaryFolder() });
  const preparation = source.prepare(source.train);
  return { train: preparation.apply(source.train), record: preparation.record as Prepared["record"] };
}

interface Look {
  readonly row: number;
  readonly times: number;
  readonly vary?: Variation;
}

/** A row of the first image's pixels as bytes, each time that the image is shown. */
async function rowsOf(
  { train, record: { mean, std } }: Prepared,
  { row, times, vary }: Look,
): Promise<number[][][]> {
  const all: number[][][] = [];
  for await (const { inputs } of train.batches(Array<number>(times).fill(0), { batchSize: 1, vary })) {
    const { values, shape } = inputs[0]!;
    const width = shape[2]!; // [N, H, W, C]
    const byte = (x: number, c: number): number =>
      Math.round(255 * (values[(row * width + x) * 3 + c]! * std[c]! + mean[c]!)) + 0; // not -0
    all.push(Array.from({ length: width }, (_, x) => [0, 1, 2].map((c) => byte(x, c))));
  }
  return all;
}

const vary = (): Variation => ({ random: random(0, "photo sets") });
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);
const ascending = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);

suite("Tiny ImageNet", () => {
  async function tiny(): Promise<Prepared> {
    const files = await tinyFiles();
    files.set("train/n01629819/images/n01629819_0.JPEG", await coordinates(64, 64)); // the first class's first
    return prepared("tiny-imagenet", await writeFiles(temporaryFolder(), files));
  }

  test("is shown whole, by the published mean and deviation", async () => {
    const data = await tiny();
    expect(data.record).toEqual({
      ...{ kind: "image", size: 64, resize: "crop", side: 64 },
      ...{ mean: [0.4802, 0.4481, 0.3975], std: [0.277, 0.2691, 0.2821] },
    });
    const [row] = await rowsOf(data, { row: 5, times: 1 });
    expect(row).toEqual(range(0, 63).map((x) => [x, 5, 255]));
  });
  test("is shifted by up to 8 pixels in training, and mirrored half the time", async () => {
    const rows = await rowsOf(await tiny(), { row: 32, times: 400, vary: vary() });
    expect(ascending(rows.map((row) => row[32]![1]! - 32))).toEqual(range(-8, 8)); // the middle is never black
    const mirrored = rows.filter((row) => row[32]![0]! > row[33]![0]!);
    // Within five deviations of a binomial: √(400 · 1/2 · 1/2) = 10.
    expect(Math.abs(mirrored.length - 200)).toBeLessThan(5 * 10);
  });
});

suite("iNaturalist 2018", () => {
  async function species(): Promise<Prepared> {
    const first = new Map([[nameOf(1, 0), await coordinates(300, 256)]]);
    return prepared("inaturalist2018", await writeFiles(await inat(), first));
  }

  test("is cut from a short side of 256 pixels, of which the middle 224 are shown", async () => {
    const data = await species();
    expect(data.record).toEqual({
      ...{ kind: "image", size: 256, resize: "crop", side: 224 },
      ...{ mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }, // ImageNet's
    });
    const [row] = await rowsOf(data, { row: 0, times: 1 });
    // (300 - 256) / 2 columns are cut off, and (256 - 224) / 2 rows and columns not shown.
    expect(row).toEqual(range(38, 38 + 223).map((column) => [column % 256, 16, 255]));
  });
  test("is shown in training from any place in these 256", async () => {
    const rows = await rowsOf(await species(), { row: 0, times: 400, vary: vary() });
    expect(ascending(rows.map((row) => row[0]![1]!))).toEqual(range(0, 32));
  });
});
