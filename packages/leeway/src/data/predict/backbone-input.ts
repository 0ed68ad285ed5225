import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Backbone, reopenBackbone } from "../../backbones/index.ts";
import type { InputKind } from "../../catalogue/index.ts";
import {
  type BackboneSteps,
  type EmbeddingSteps,
  exampleFault,
  parseEmbeddingSteps,
  vectorInputs,
} from "../../preparation/index.ts";
import { embeddedFiles } from "../backbone/embed-images.ts";
import { embeddedTexts } from "../backbone/embed-texts.ts";
import { type EmbeddedGroup, requireFinite } from "../backbone/feature-cache.ts";
import { backbonePlace } from "../backbone/known-place.ts";
import { embeddingDataset } from "../embeddings/embedding-examples.ts";
import { countingIds } from "../examples.ts";
import { readable } from "../files/bounded-read.ts";
import { fileError } from "../files/file-error.ts";
import type { SourceFile } from "../images/listing.ts";
import { imageFiles } from "./image-files.ts";
import { faultNotes } from "./image-input.ts";
import { keptOf } from "./kept-columns.ts";
import type { PredictionInput, PreparedInput, RunPreparation } from "./prediction-input.ts";
import { readTexts } from "./text-input.ts";
import { trueLabelsOfNames } from "./true-labels.ts";

/**
 * The backbone that an input goes through; undefined where the run has none, or the input is vectors already.
 *
 * @throws RunError with code "run" if the run's preparation is something else
 */
export function backboneFor(
  { kind, record, path }: RunPreparation,
  { paths, lines = [], options = {} }: Pick<PredictionInput, "paths" | "lines" | "options">,
): BackboneSteps | undefined {
  if (kind !== "embedding" || paths.some((each) => /\.(npy|npz|safetensors)$/i.test(each))) return undefined;
  const { vector = "vector" } = options;
  const [first = ""] = lines;
  if (first.trimStart().startsWith("{") && first.includes(JSON.stringify(vector))) return undefined;
  return parseEmbeddingSteps(record, path).backbone;
}

/** The kind of what a run predicts: of what its backbone makes vectors of, where it has one. */
export function exampleKind({
  kind,
  record,
  path,
}: Pick<RunPreparation, "kind" | "record" | "path">): InputKind {
  if (kind !== "embedding") return kind;
  const { backbone } = parseEmbeddingSteps(record, path);
  if (backbone === undefined) return kind;
  return backbone.text === undefined ? "image" : "text";
}

/** Images or texts, embedded as those of training were. */
export async function backboneInput(
  preparation: RunPreparation,
  input: PredictionInput,
): Promise<PreparedInput> {
  const steps = parseEmbeddingSteps(preparation.record, preparation.path);
  const backbone = await backboneOf(preparation);
  return backbone.steps.text === undefined
    ? embeddedImageInput(preparation, input, { steps, backbone })
    : embeddedTextInput(preparation, input, { steps, backbone });
}

const opened = new WeakMap<RunPreparation, Promise<Backbone>>();

/**
 * A run's backbone, opened once for all predictions with a preparation: where that says it is now, else where it was, or
 * in an exported model beside the preparation.
 *
 * @throws RunError with code "data" if it is gone, or another
 */
export function backboneOf(preparation: RunPreparation): Promise<Backbone> {
  const steps = parseEmbeddingSteps(preparation.record, preparation.path).backbone!; // of a run with one
  const folder = dirname(preparation.path);
  const isExported = steps.path === undefined;
  const now = preparation.backbone === undefined ? undefined : backbonePlace(preparation.backbone);
  const place = now ?? steps.path ?? join(folder, "backbone.onnx");
  const backbone =
    opened.get(preparation) ??
    reopenBackbone(steps, { place, ...(isExported && { tokenizer: join(folder, "tokenizer.json") }) });
  opened.set(preparation, backbone);
  return backbone;
}

/**
 * The vectors that a run's backbone makes of examples of a program: of texts, or of the bytes of images' files.
 *
 * @throws ArgumentError that names the example, `["examples", 3]`, of another kind or an image that cannot be read
 * @throws RunError with code "data" if the backbone is gone, or another
 */
export async function backboneVectors(
  preparation: RunPreparation,
  examples: readonly unknown[],
): Promise<readonly Float32Array[]> {
  const backbone = await backboneOf(preparation);
  const { size, text } = backbone.steps;
  const isOther = text === undefined ? isNoFile : isNoText;
  const stray = examples.findIndex(isOther);
  if (stray !== -1) {
    const what = text === undefined ? "to be an image's file" : "to be a text";
    throw exampleFault(["examples", stray], { what, got: examples[stray] });
  }
  const vectors = new Float32Array(examples.length * size);
  const place = (index: number): string => `example ${index + 1}`;
  const groups =
    text === undefined
      ? embeddedFiles(bytesOf(examples as readonly Uint8Array[]), backbone, { count: examples.length })
      : embeddedTexts(examples as readonly string[], backbone);
  for await (const group of groups) {
    putVectors(group, { vectors, backbone, place });
    for (const { index, why } of group.bad)
      throw exampleFault(["examples", index], { what: "to be an image that can be read", got: why });
  }
  return Array.from(examples, (_, i) => vectors.subarray(i * size, (i + 1) * size));
}

function isNoFile(example: unknown): boolean {
  return !(example instanceof Uint8Array);
}

function isNoText(example: unknown): boolean {
  return typeof example !== "string";
}

function* bytesOf(files: readonly Uint8Array[]): Generator<SourceFile, void, undefined> {
  for (const [index, bytes] of files.entries()) yield { index, read: () => Promise.resolve(bytes) };
}

interface Through {
  readonly steps: EmbeddingSteps;
  readonly backbone: Backbone;
}

async function embeddedTextInput(
  preparation: RunPreparation,
  input: PredictionInput,
  { steps, backbone }: Through,
): Promise<PreparedInput> {
  const { texts, ...read } = await readTexts(preparation, input);
  const vectors = new Float32Array(texts.length * backbone.steps.size);
  const place = (index: number): string => `text ${index + 1}`;
  for await (const group of embeddedTexts(texts, backbone)) putVectors(group, { vectors, backbone, place });
  return { ...read, ...ofVectors(vectors, { preparation, steps }) };
}

async function embeddedImageInput(
  preparation: RunPreparation,
  input: PredictionInput,
  { steps, backbone }: Through,
): Promise<PreparedInput> {
  const { paths, lines, badImages = "stop", label, keep, options, dialect } = input;
  const { classNames } = preparation;
  const all = await imageFiles(lines ?? paths, { classNames, label, keep, options, dialect });
  const { size } = backbone.steps;
  const vectors = new Float32Array(all.length * size);
  const faults = new Map<number, string>();
  const place = (index: number): string => all[index]!.path; // of images
  const files = filesOf(all.map(({ path }) => path));
  for await (const group of embeddedFiles(files, backbone, { count: all.length })) {
    putVectors(group, { vectors, backbone, place });
    for (const { index, why } of group.bad) {
      const advice = "Mend it, or take it out.";
      const fault = fileError(place(index), { expected: "an image that can be read", got: why, advice });
      if (badImages === "stop") throw fault;
      faults.set(index, fault.message);
    }
  }
  const places = [...all.keys()].filter((i) => !faults.has(i));
  const found = places.map((i) => all[i]!); // i is one of them
  const known = trueLabelsOfNames(
    found.map(({ className }) => className),
    classNames,
    (i) => found[i]!.path, // i is an example
  );
  const kept = new Float32Array(places.length * size);
  places.forEach((i, slot) => {
    kept.set(vectors.subarray(i * size, (i + 1) * size), slot * size);
  });
  return {
    ...ofVectors(kept, { preparation, steps }),
    origin: (i) => ({ file: found[i]!.path, row: 1 }), // i is an example
    trueLabels: known?.labels,
    kept: keptOf(found.map((each) => each.kept)),
    notes: [...faultNotes(faults), ...(known?.notes ?? [])],
  };
}

/** Puts the vectors of a group to their places. */
function putVectors(
  group: EmbeddedGroup,
  {
    vectors,
    backbone: { steps },
    place,
  }: {
    readonly vectors: Float32Array;
    readonly backbone: Backbone;
    readonly place: (index: number) => string;
  },
): void {
  requireFinite(group, { place }, steps);
  const { size } = steps;
  group.indices.forEach((index, slot) => {
    vectors.set(group.vectors.subarray(slot * size, (slot + 1) * size), index * size);
  });
}

function* filesOf(paths: readonly string[]): Generator<SourceFile, void, undefined> {
  for (const [index, path] of paths.entries()) yield { index, read: () => readable(path, readFile(path)) };
}

function ofVectors(
  vectors: Float32Array,
  {
    preparation: { classNames },
    steps,
  }: { readonly preparation: RunPreparation; readonly steps: EmbeddingSteps },
): Pick<PreparedInput, "dataset" | "raw"> {
  const size = steps.mean.length;
  const rows = vectors.length / size;
  const examples = {
    name: "input",
    classNames,
    labels: new Int32Array(rows),
    ids: countingIds(rows),
    size,
    vectors,
  };
  return { dataset: embeddingDataset(examples, steps), raw: () => vectorInputs(vectors, size) };
}
