import { imageDataset } from "../../src/data/index.ts";
import type { DatasetSplits, ImageDataset } from "../../src/data/images/image-dataset.ts";

/** Images of one grey pixel, one per label; each pixel is its position modulo 256. */
export function tinyDataset(labels: readonly number[], classes = Math.max(...labels) + 1): ImageDataset {
  return imageDataset({
    name: "tiny",
    classNames: Array.from({ length: classes }, (_, j) => `class ${j}`),
    shape: { channels: 1, height: 1, width: 1 },
    pixels: Uint8Array.from(labels, (_, i) => i % 256),
    labels: Int32Array.from(labels),
    ids: Uint32Array.from(labels, (_, i) => 1000 + i),
    mean: [0],
    std: [1],
  });
}

/** One image whose bytes count up from 1, normalised to v/255 so that inputs can be read as bytes. */
export function countingImage(channels: number, height: number, width: number): ImageDataset {
  return imageDataset({
    name: "counting",
    classNames: ["a", "b"],
    shape: { channels, height, width },
    pixels: Uint8Array.from({ length: channels * height * width }, (_, i) => i + 1),
    labels: Int32Array.of(1),
    ids: Uint32Array.of(0),
    mean: Array.from({ length: channels }, () => 0),
    std: Array.from({ length: channels }, () => 1),
  });
}

/** Pixels as the bytes that they came from, where mean is 0 and deviation 1. */
export function asBytes(pixels: ArrayLike<number>): number[] {
  return Array.from(pixels, (value) => Math.round(value * 255));
}

/** What two splits hold, without what they can do: to compare by value. */
export function held({ train, test }: DatasetSplits): unknown {
  return [train, test].map(({ name, classNames, shape, pixels, labels, ids, mean, std }) => {
    return { name, classNames, shape, pixels, labels, ids, mean, std };
  });
}
