import { type Dataset, datasetEntry, imageDataset, imageSize } from "../data/index.ts";
import { expected } from "../errors.ts";
import type { Recipe } from "../recipes/index.ts";
import { endSession, startSession, train } from "../training/index.ts";
import { median, type Speed } from "./cost.ts";

const warmUpSteps = 2;
const measuredSteps = 5;

/**
 * Measures how fast this machine trains: the middle one of a few steps of the recipe's model and precision, on
 * images of noise of the data set's shape. Neither data nor a run folder is touched.
 *
 * @throws TorchError where the native part or libtorch is missing
 */
export async function measuredSpeed(recipe: Recipe): Promise<Speed> {
  const batchSize = fewOf(recipe);
  const noise = noiseImages(recipe, (warmUpSteps + measuredSteps) * batchSize);
  const counts = Array<number>(noise.classNames.length).fill(1);
  const plain: Recipe = { ...recipe, method: "erm", methodOptions: {}, epochs: 1, batchSize };
  const session = startSession(plain, { train: noise, validation: null, test: noise, counts });
  const seconds: number[] = [];
  try {
    let before = performance.now();
    for await (const event of train(session)) {
      if (event.kind !== "progress") break;
      const now = performance.now();
      seconds.push((now - before) / 1000);
      before = now;
    }
  } finally {
    endSession(session);
  }
  return { imagesPerSecond: batchSize / median(seconds.slice(warmUpSteps)), runs: 0, threads: null };
}

/** A batch that holds no more pixels than 256 images of 32 x 32: a step on photographs would take minutes. */
function fewOf({ dataset, batchSize }: Recipe): number {
  const { input } = datasetEntry(dataset);
  const pixels = input.kind === "image" ? input.height * input.width : 1;
  return Math.max(2, Math.min(batchSize, Math.floor((256 * 32 * 32) / pixels)));
}

function noiseImages({ dataset }: Recipe, length: number): Dataset {
  const { classes, input } = datasetEntry(dataset);
  if (input.kind !== "image") throw expected("measuredSpeed", "a data set of images", dataset);
  return imageDataset({
    name: "noise",
    classNames: Array.from({ length: classes }, (_, j) => `class ${j}`),
    shape: input,
    pixels: Uint8Array.from({ length: length * imageSize(input) }, (_, i) => (i * 2654435761) >>> 24),
    labels: Int32Array.from({ length }, (_, i) => i % classes),
    ids: Uint32Array.from({ length }, (_, i) => i),
    mean: Array<number>(input.channels).fill(0.5),
    std: Array<number>(input.channels).fill(0.25),
    augment: { pad: 4, flip: true },
  });
}
