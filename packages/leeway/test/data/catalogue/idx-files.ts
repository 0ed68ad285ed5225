import { fashionMnistLayout } from "../../../src/data/catalogue/mnist.ts";
import type { MnistLayout } from "../../../src/data/catalogue/mnist.ts";

/** Fashion-MNIST's layout with six training and four test images. */
export const tinyFashion: MnistLayout = { ...fashionMnistLayout, records: { train: 6, test: 4 } };

/** An IDX file of bytes, with the given sizes in its header. */
export function idx(sizes: readonly number[], values: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  header.writeUInt32BE(0x0800 + sizes.length);
  sizes.forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i));
  return Buffer.concat([header, values]);
}

/** The four files of {@link tinyFashion}, unpacked: labels 9, 8, 7, …; each pixel its offset, modulo 251. */
export function idxFilesOf({ records, shape }: MnistLayout = tinyFashion): Map<string, Buffer> {
  const { height, width } = shape;
  const images = (n: number): Buffer =>
    idx(
      [n, height, width],
      Uint8Array.from({ length: n * height * width }, (_, i) => i % 251),
    );
  const labels = (n: number): Buffer =>
    idx(
      [n],
      Uint8Array.from({ length: n }, (_, i) => 9 - (i % 10)),
    );
  return new Map([
    ["train-images-idx3-ubyte", images(records.train)],
    ["train-labels-idx1-ubyte", labels(records.train)],
    ["t10k-images-idx3-ubyte", images(records.test)],
    ["t10k-labels-idx1-ubyte", labels(records.test)],
  ]);
}
