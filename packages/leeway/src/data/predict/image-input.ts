import { readFile } from "node:fs/promises";
import { RunError } from "../../errors.ts";
import { cifar100Layout, cifar10Layout } from "../catalogue/cifar-layouts.ts";
import { cifarShape } from "../catalogue/cifar.ts";
import { fashionMnistLayout, mnistLayout } from "../catalogue/mnist.ts";
import { readable } from "../files/bounded-read.ts";
import { fileError } from "../files/file-error.ts";
import { imageDataset } from "../images/image-dataset.ts";
import {
  type CatalogueForm,
  type ImageSteps,
  middle,
  parseImageSteps,
  pixelInputs,
} from "../../preparation/index.ts";
import { decodeImage } from "../images/decode.ts";
import { keptOf } from "./kept-columns.ts";
import { trueLabelsOfNames } from "./true-labels.ts";
import { type FoundImage, imageFiles } from "./image-files.ts";
import { inParallel } from "../images/in-parallel.ts";
import type { PredictionInput, PreparedInput, RunPreparation } from "./prediction-input.ts";

const layouts = [
  { ...cifar10Layout, shape: cifarShape },
  { ...cifar100Layout, shape: cifarShape },
  fashionMnistLayout,
  mnistLayout,
];

/** How a network trained on a data set of the catalogue sees an image; undefined where the run's preparation tells. */
export function catalogueForm(name: string): CatalogueForm | undefined {
  const layout = layouts.find((each) => each.name === name);
  if (layout === undefined) return undefined;
  const { shape, mean, std } = layout;
  return { side: shape.height, channels: shape.channels, mean, std };
}

/** Images that are named or found, resized and normalised as in training. All are held in memory as bytes. */
export async function imageInput(
  preparation: RunPreparation,
  input: PredictionInput,
): Promise<PreparedInput> {
  const { paths, lines, badImages = "stop", label, keep, options } = input;
  const form = imageSteps(preparation);
  const { classNames } = preparation;
  const all = await imageFiles(lines ?? paths, { classNames, label, keep, options, dialect: input.dialect });
  const { side } = form;
  const size = side * side * form.channels;
  const pixels = new Uint8Array(all.length * size);
  const faults = new Map<number, string>();
  const place = async ([i, { path }]: [number, FoundImage]): Promise<void> => {
    try {
      pixels.set(middle(await decodedFile(path, form), form), i * size);
    } catch (error) {
      if (badImages === "stop" || !(error instanceof RunError)) throw error;
      faults.set(i, error.message);
    }
  };
  const decoding = inParallel(all.entries(), place);
  while ((await decoding.next()).done !== true) continue;
  const places = [...all.keys()].filter((i) => !faults.has(i));
  const found = places.map((i) => all[i]!); // i is one of them
  const files = found.map(({ path }) => path);
  const dataset = imageDataset({
    ...{ name: "input", classNames, pixels, mean: form.mean, std: form.std },
    shape: { channels: form.channels, height: side, width: side },
    labels: new Int32Array(all.length),
    ids: Uint32Array.from(all.keys()),
  });
  const names = found.map(({ className }) => className);
  const known = trueLabelsOfNames(names, classNames, (i) => files[i]!); // i is an example
  return {
    dataset: faults.size === 0 ? dataset : dataset.select(places),
    raw: () => {
      const all = pixelInputs(pixels, form);
      if (faults.size === 0) return all;
      const inputs: typeof all.inputs = (positions) => all.inputs(Array.from(positions, (i) => places[i]!)); // of examples
      return { ...all, length: places.length, inputs };
    },
    origin: (i) => ({ file: files[i]!, row: 1 }), // i is an example
    trueLabels: known?.labels,
    kept: keptOf(found.map(({ kept }) => kept)),
    notes: [...faultNotes(faults), ...(known?.notes ?? [])],
  };
}

/** How many images have no prediction, and why the first of them. */
export function faultNotes(faults: ReadonlyMap<number, string>): string[] {
  if (faults.size === 0) return [];
  const first = faults.get(Math.min(...faults.keys()))!; // there is one
  return [
    `images that cannot be read, ${faults.size} of them, are left out. The first: ${first.replace(/\.$/, "")}`,
  ];
}

async function decodedFile(path: string, { size, resize }: ImageSteps): Promise<Uint8Array> {
  const bytes = await readable(path, readFile(path));
  return decodeImage(bytes, { size, resize }).catch((cause: unknown) => {
    const got = cause instanceof Error ? cause.message : String(cause);
    const advice = "Mend it, or take it out.";
    throw fileError(path, { expected: "an image that can be read", got, advice, cause });
  });
}

/**
 * How a run's network sees images.
 *
 * @throws RunError with code "run" if the run's preparation is of another kind
 */
export function imageSteps({ record, path, catalogue }: RunPreparation): ImageSteps {
  if (record === null && catalogue !== undefined)
    return { ...catalogue, size: catalogue.side, resize: "crop" };
  return parseImageSteps(record, path);
}
