// npm run bench:transfer-data -- FOLDER
// CIFAR-10 as folders of PNG images, in two parts that share no class: `source`, on which a backbone is trained, and
// `target`, which it has never seen. Both keep CIFAR-10's own training and test split.
import { mkdir, rename, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { loadDataset } from "../packages/leeway/dist/data/index.js";

const sharp = createRequire(new URL("../packages/leeway/package.json", import.meta.url))("sharp");

/** The classes that the backbone never sees: two made things and two animals, each with kin in the source. */
export const targetClasses = ["airplane", "truck", "cat", "horse"];

/** Writes `folder/source` and `folder/target`, unless they are there. */
export async function writeTransferData(folder, { dataDir } = {}) {
  const parts = ["source", "target"];
  const there = await Promise.all(parts.map((part) => isThere(join(folder, part))));
  if (there.every(Boolean)) return;
  const splits = await loadDataset("cifar10", { dataDir });
  for (const part of parts) {
    const half = join(folder, `${part}.part`); // a whole folder has its own name
    for (const split of ["train", "test"]) await writeSplit(splits[split], { split, part, folder: half });
    await rename(half, join(folder, part));
  }
}

async function writeSplit({ labels, classNames, pixels, shape }, { split, part, folder }) {
  const { channels, height, width } = shape;
  const size = channels * height * width;
  const wanted = classNames.map((name) => targetClasses.includes(name) === (part === "target"));
  for (const [label, name] of classNames.entries()) {
    if (wanted[label]) await mkdir(join(folder, split, name), { recursive: true });
  }
  const positions = [...labels.keys()].filter((i) => wanted[labels[i]]);
  for (let first = 0; first < positions.length; first += 64) {
    await Promise.all(
      positions.slice(first, first + 64).map((i) => {
        const name = `${String(i).padStart(5, "0")}.png`;
        const image = sharp(pixels.subarray(i * size, (i + 1) * size), { raw: { width, height, channels } });
        return image.png().toFile(join(folder, split, classNames[labels[i]], name));
      }),
    );
  }
}

const isThere = (path) =>
  stat(path).then(
    () => true,
    () => false,
  );

if (process.argv[1] === import.meta.filename) {
  const [, , folder] = process.argv;
  if (folder === undefined) {
    console.error("bench: expected a folder to write to, got none. Name one: -- /tmp/transfer");
    process.exit(2);
  }
  await writeTransferData(folder);
  console.log(`${folder}/source and ${folder}/target`);
}
