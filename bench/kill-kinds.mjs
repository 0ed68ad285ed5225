// Small runs, one of each kind of data, for bench/kill.mjs.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { imageDataset } from "../packages/leeway/dist/data/index.js";
import { recipeFor } from "../packages/leeway/dist/recipe/index.js";
import { loadRunData } from "../packages/leeway/dist/runs/index.js";

/** Numbers that look random and are the same everywhere. */
const noise = (i, most) => ((i * 2654435761) >>> 8) % most;

function images(counts) {
  const labels = counts.flatMap((count, label) => Array.from({ length: count }, () => label));
  const size = 3 * 8 * 8;
  return imageDataset({
    name: "coloured",
    classNames: ["red", "green", "blue"],
    shape: { channels: 3, height: 8, width: 8 },
    pixels: Uint8Array.from({ length: labels.length * size }, (_, i) => {
      const label = labels[Math.floor(i / size)];
      return (label === i % 3 ? 140 : 60) + noise(i, 50);
    }),
    labels: Int32Array.from(labels),
    ids: Uint32Array.from(labels.keys()),
    mean: [0.4, 0.4, 0.4],
    std: [0.2, 0.2, 0.2],
    augment: { pad: 1, flip: true },
  });
}

function ownData(kind, folder, { file, text, label }, options = {}) {
  const path = join(folder, file);
  writeFileSync(path, text);
  const recipe = recipeFor("own", {
    source: { kind, paths: [path], label },
    epochs: 4,
    batchSize: 16,
    ...options,
  });
  return { recipe, data: () => loadRunData(recipe) };
}

const classOf = (i) => ["a", "a", "a", "b", "b", "c"][i % 6];

/** What is run, by kind: a recipe and its data. Files go into `folder`. */
export const kinds = {
  image: () => {
    const recipe = recipeFor("cifar10", { model: "resnet8", epochs: 4, batchSize: 16, method: "ldam-drw" });
    const data = { train: images([20, 12, 6]), validation: images([2, 2, 2]), test: images([4, 4, 4]) };
    return { recipe, data: () => ({ ...data, counts: [20, 12, 6] }) };
  },
  table: (folder) => {
    const rows = Array.from({ length: 90 }, (_, i) => {
      const label = classOf(i);
      return `${(label === "a" ? 1 : 0) + noise(i, 100) / 100},${(label === "b" ? 1 : 0) + noise(i + 99, 100) / 100},${"xyz"[noise(i, 3)]},${label}`;
    });
    const text = ["first,second,colour,class", ...rows, ""].join("\n");
    return ownData("table", folder, { file: "table.csv", text, label: "class" });
  },
  text: (folder) => {
    const rows = Array.from({ length: 90 }, (_, i) => {
      const words = Array.from(
        { length: 2 + noise(i, 8) },
        (_, w) => ["some", "more", classOf(i)][noise(i * 9 + w, 3)],
      );
      return `${words.join(" ")},${classOf(i)}`;
    });
    const text = ["text,class", ...rows, ""].join("\n");
    return ownData("text", folder, { file: "texts.csv", text, label: "class" });
  },
};
