import { defaultWordOptions } from "../catalogue/index.ts";
import {
  type Dataset,
  datasetEntry,
  type EncodedTexts,
  imageDataset,
  imageSize,
  textDataset,
} from "../data/index.ts";
import { expected } from "../errors.ts";
import type { Recipe } from "../recipe/index.ts";
import { type ComputeOptions, endSession, startSession, train } from "../training/index.ts";
import { median, type Speed } from "./cost.ts";

const warmUpSteps = 2;
const measuredSteps = 5;

/**
 * Measures how fast this machine trains: the middle one of a few steps of the recipe's model and precision, on
 * images of noise of the data set's shape, or texts of chance of a review's mean length. Neither data nor a run folder
 * is touched.
 *
 * @throws ArgumentError for tables and embeddings, which the catalogue has none of
 * @throws TorchError where the native part or libtorch is missing
 */
export async function measuredSpeed(recipe: Recipe, compute: ComputeOptions = {}): Promise<Speed> {
  const batchSize = fewOf(recipe);
  const noise = noiseOf(recipe, (warmUpSteps + measuredSteps) * batchSize);
  const counts = Array<number>(noise.classNames.length).fill(1);
  const plain: Recipe = { ...recipe, method: "erm", methodOptions: {}, epochs: 1, batchSize };
  const data = { train: noise, validation: null, test: noise, counts };
  const session = startSession(plain, data, compute);
  const seconds: number[] = [];
  try {
    let before = performance.now();
    for await (const event of train(session)) {
      if (event.kind !== "progress") break;
      const now = performance.now(); // a step's loss was read, so that a GPU has gone as far in every step
      seconds.push((now - before) / 1000);
      before = now;
    }
  } finally {
    endSession(session);
  }
  return { examplesPerSecond: batchSize / median(seconds.slice(warmUpSteps)), runs: 0, threads: null };
}

/** A batch that holds no more pixels than 256 images of 32 x 32: a step on photographs would take minutes. */
function fewOf({ dataset, batchSize }: Recipe): number {
  const { input } = datasetEntry(dataset);
  const pixels = input.kind === "image" ? input.height * input.width : 1;
  return Math.max(2, Math.min(batchSize, Math.floor((256 * 32 * 32) / pixels)));
}

function noiseOf({ dataset, text }: Recipe, length: number): Dataset {
  const { classes, input } = datasetEntry(dataset);
  const examples = {
    name: "noise",
    classNames: Array.from({ length: classes }, (_, j) => `class ${j}`),
    labels: Int32Array.from({ length }, (_, i) => i % classes),
    ids: Uint32Array.from({ length }, (_, i) => i),
  };
  if (input.kind === "text") return noiseTexts(examples, { ...defaultWordOptions, ...text });
  if (input.kind !== "image") throw expected("measuredSpeed", "dataset", "to hold images or texts", dataset);
  return imageDataset({
    ...examples,
    shape: input,
    pixels: Uint8Array.from({ length: length * imageSize(input) }, (_, i) => hash(i) >>> 24),
    mean: Array<number>(input.channels).fill(0.5),
    std: Array<number>(input.channels).fill(0.25),
    augment: { pad: 4, flip: true },
  });
}

/** Words of an IMDB review: 267 on average, 229 where it is cut to 400. */
const meanLength = 229;

function noiseTexts(
  examples: Omit<EncodedTexts, "input" | "words">,
  { vocabularySize, maxLength }: { readonly vocabularySize: number; readonly maxLength: number },
): Dataset {
  const length = Math.min(meanLength, maxLength);
  const words = Array.from(examples.labels, (_, i) =>
    Int32Array.from({ length }, (_, j) => 2 + (hash(i * length + j) % (vocabularySize - 2))),
  );
  const idf = new Float32Array(vocabularySize).fill(1);
  return textDataset({ ...examples, input: { kind: "text", vocabulary: vocabularySize, idf }, words });
}

/** Numbers without an order, 32 bits; the same in every run. */
function hash(i: number): number {
  return Math.imul(i, 2654435761) >>> 0;
}
