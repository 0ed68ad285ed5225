import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fashionMnistLayout } from "../../src/data/catalogue/mnist.ts";
import { idx } from "../data/catalogue/idx-files.ts";

/**
 * Writes Fashion-MNIST's four files, of their real size and form, into a folder that `--data-dir` can name.
 *
 * Label i is i mod 10, and its image is of one grey that tells the class: what can be learned in a few steps.
 */
export function writeFashion(dataDir: string): string {
  const { records, shape } = fashionMnistLayout;
  const size = shape.height * shape.width;
  const folder = join(dataDir, "fashion-mnist");
  mkdirSync(folder, { recursive: true });
  for (const [split, stem] of [
    ["train", "train"],
    ["test", "t10k"],
  ] as const) {
    const labels = Uint8Array.from({ length: records[split] }, (_, i) => i % 10);
    const pixels = new Uint8Array(records[split] * size);
    labels.forEach((label, i) => pixels.fill(25 * label, i * size, (i + 1) * size));
    writeFileSync(
      join(folder, `${stem}-images-idx3-ubyte`),
      idx([records[split], shape.height, shape.width], pixels),
    );
    writeFileSync(join(folder, `${stem}-labels-idx1-ubyte`), idx([records[split]], labels));
  }
  return dataDir;
}
