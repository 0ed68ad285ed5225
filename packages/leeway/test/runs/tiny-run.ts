import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeSafetensors, scope } from "@leeway/torch";
import { imageDataset } from "../../src/data/index.ts";
import type { ImageDataset } from "../../src/data/images/image-dataset.ts";
import { random } from "../../src/random.ts";
import { type Precision, type Recipe, recipeFor, type RecipeOptions } from "../../src/recipe/index.ts";
import { readRun, type StoredRun } from "../../src/storage/index.ts";
import { type RunData } from "../../src/training/index.ts";
import { type RunEvent, type RunOptions, runRecipe } from "../../src/runs/index.ts";

/** Bytes of one 8 x 8 image. */
const imageBytes = 8 * 8 * 3;

/** Images whose colour tells the class, on noise that does not: learned in a few epochs, but not by heart. */
export function colouredImages(split: string, counts: readonly number[]): ImageDataset {
  const labels = counts.flatMap((count, label) => Array.from({ length: count }, () => label));
  const noise = random(1, "coloured images", split);
  const pixels = Uint8Array.from({ length: labels.length * imageBytes }, (_, i) => {
    const label = labels[Math.floor(i / imageBytes)]!;
    const lit = label === 3 || label === i % 3; // red, green, blue, white
    return (lit ? 140 : 60) + noise.below(50);
  });
  return imageDataset({
    name: "coloured",
    classNames: ["red", "green", "blue", "white"],
    shape: { channels: 3, height: 8, width: 8 },
    pixels,
    labels: Int32Array.from(labels),
    ids: Uint32Array.from(labels.keys()),
    mean: [0.4, 0.4, 0.4],
    std: [0.2, 0.2, 0.2],
    augment: { pad: 1, flip: true },
  });
}

/** The data of a run: 42 images to train on, 24 to test, and 20 to choose the epoch by where the recipe does. */
export function tinyData({ validationFraction }: Pick<Recipe, "validationFraction">): RunData {
  const counts = [20, 12, 6, 4];
  return {
    train: colouredImages("train", counts),
    validation: validationFraction === 0 ? null : colouredImages("validation", [5, 5, 5, 5]),
    test: colouredImages("test", [6, 6, 6, 6]),
    counts,
  };
}

/** A recipe for {@link tinyData}: the smallest network, three steps an epoch, a steady rate. */
export function tinyRecipe(options: RecipeOptions = {}): Recipe {
  return recipeFor("cifar10", {
    model: "resnet8",
    epochs: 3,
    batchSize: 16,
    schedule: { base: 0.05, warmupEpochs: 0, decays: [] },
    ...options,
  });
}

/** Three steps of weighted LDAM. */
export function shortRecipe(precision: Precision): Recipe {
  return tinyRecipe({ precision, epochs: 1, methodOptions: { deferAt: 0 } });
}

/** A run that has ended: its events and its files. */
export interface TinyRun extends StoredRun {
  readonly events: readonly RunEvent[];
  /** The values of `model.safetensors` by name. */
  readonly weights: Readonly<Record<string, number[]>>;
}

/**
 * Runs a recipe on {@link tinyData} and reads its folder.
 *
 * @param onEvent is called with every event before the run continues
 */
export async function tinyRun(
  recipe: Recipe,
  { onEvent, ...options }: RunOptions & { readonly onEvent?: (event: RunEvent) => void },
): Promise<TinyRun> {
  const events: RunEvent[] = [];
  for await (const event of runRecipe(recipe, { data: tinyData(recipe), ...options })) {
    events.push(event);
    onEvent?.(event);
  }
  const begin = events[0];
  if (begin?.kind !== "begin") throw new Error("a run begins with its folder");
  return { ...readRun(begin.folder), events, weights: weightsIn(begin.folder) };
}

/** The values of a run's `model.safetensors` by name. */
export function weightsIn(folder: string): Record<string, number[]> {
  return scope(() => {
    const { tensors } = decodeSafetensors(readFileSync(join(folder, "model.safetensors")));
    return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensor.toNumbers()]));
  });
}

/** What a run's records say but for the clock: equal where two runs did the same. */
export function outcome({ epochs, summary, weights }: TinyRun): unknown {
  return {
    epochs: epochs.map((epoch) => ({ ...epoch, seconds: 0, imagesPerSecond: 0 })),
    summary: { ...summary, seconds: 0, imagesPerSecond: 0 },
    weights,
  };
}
