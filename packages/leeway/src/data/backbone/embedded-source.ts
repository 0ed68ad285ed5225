import { createHash } from "node:crypto";
import { type Backbone, type BackboneKind, openBackbone } from "../../backbones/index.ts";
import { type BackboneRequest, type CustomData, datasetFacts } from "../../catalogue/index.ts";
import { expected } from "../../errors.ts";
import { type BackboneSteps, imageGroupSize } from "../../preparation/index.ts";
import { loadDataset } from "../catalogue/catalogue.ts";
import { embeddingExamples, type EmbeddingExamples } from "../embeddings/embedding-examples.ts";
import { embeddingSource } from "../embeddings/embedding-source.ts";
import { fileError } from "../files/file-error.ts";
import { imageForm, listImages, parseImageOptions } from "../images/custom-images.ts";
import type { ImageDataset } from "../images/image-dataset.ts";
import { badNotes, filesOf, requireFewBad, splitOf } from "../images/image-source.ts";
import { listingKey } from "../images/listing.ts";
import type { Reading, Source } from "../source.ts";
import { openTexts } from "../text/open-text.ts";
import type { TextExamples } from "../text/text-source.ts";
import { backbonePlace } from "./known-place.ts";
import { embeddedFiles, embeddedPixels, type PixelImages } from "./embed-images.ts";
import { countCut, embeddedTexts } from "./embed-texts.ts";
import { type Embeddable, type Features, openFeatures } from "./feature-cache.ts";

/** Data and the backbone that it is read through. */
export interface EmbeddedData {
  /** A name of the catalogue, or with `source` any name. */
  readonly dataset: string;
  readonly source?: CustomData | undefined;
  readonly backbone: BackboneRequest;
}

/** Data as the vectors that a backbone makes of it. */
export interface EmbeddedSource extends Source {
  readonly train: EmbeddingExamples;
  readonly test: EmbeddingExamples | null;
  readonly validation: EmbeddingExamples | null;
  readonly backbone: BackboneSteps;
  /** How many vectors were made now, and not found in the cache. */
  readonly made: number;
}

/** Threads of onnxruntime that wait without turning round and round: other threads make examples ready meanwhile. */
const besideOthers = { extra: { session: { intra_op: { allow_spinning: "0" } } } };

/**
 * Reads images or texts and embeds them: the vectors are cached once for all runs.
 *
 * @throws ArgumentError for data of another kind
 * @throws RunError with code "data" for data or a backbone that cannot be read, "environment" without onnxruntime
 */
export async function openEmbedded(data: EmbeddedData, reading: Reading = {}): Promise<EmbeddedSource> {
  const kind = embeddedKind(data);
  const { path, ...options } = data.backbone;
  const { threads } = reading;
  const session = { ...besideOthers, ...(threads !== undefined && { intraOpNumThreads: threads }) };
  const backbone = await openBackbone(backbonePlace(path), kind, { ...options, session });
  try {
    return await (kind === "text"
      ? embeddedTextData(data, backbone, reading)
      : embeddedImageData(data, backbone, reading));
  } finally {
    await backbone.close();
  }
}

/**
 * The kind of what is embedded.
 *
 * @throws ArgumentError for rows and vectors
 */
function embeddedKind({ dataset, source }: Pick<EmbeddedData, "dataset" | "source">): BackboneKind {
  const kind = source?.kind ?? datasetFacts(dataset).kind;
  if (kind === "image" || kind === "text") return kind;
  const what = "to go with images or texts, of which a backbone makes vectors";
  throw expected("openEmbedded", "backbone", what, `data of kind ${kind}`, "Leave it out.");
}

async function embeddedTextData(
  { dataset, source: custom }: EmbeddedData,
  backbone: Backbone,
  reading: Reading,
): Promise<EmbeddedSource> {
  const source = custom === undefined ? await loadDataset(dataset, reading) : await openTexts(custom);
  const parts = [source.train, source.test, source.validation ?? null] as (TextExamples | null)[]; // of texts
  const texts = parts.flatMap((part) => part?.texts ?? []);
  const features = await openFeatures(textsToEmbed(texts), backbone, reading);
  const cut = countCut(texts, backbone);
  const { maxLength } = backbone.steps.text!; // of texts
  const notes =
    cut === 0
      ? []
      : [`${cut} of ${texts.length} texts are longer than the ${maxLength} tokens that are read of each`];
  return embeddedSource(source, backbone, { parts, features, notes });
}

/** Texts for {@link openFeatures}. */
export function textsToEmbed(texts: readonly string[]): Embeddable {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${text.length}\0${text}`);
  return {
    ...{ noun: "texts", count: texts.length, key: hash.digest("hex") },
    place: (index) => `text ${index + 1} (${JSON.stringify(texts[index]!.slice(0, 40))})`, // of texts
    vectors: (backbone, wanted) => embeddedTexts(texts, backbone, wanted),
  };
}

async function embeddedImageData(
  { dataset, source }: EmbeddedData,
  backbone: Backbone,
  reading: Reading,
): Promise<EmbeddedSource> {
  if (source === undefined) return embeddedCatalogue(dataset, backbone, reading);
  requireNoForm(source);
  const options = parseImageOptions(source.options ?? {});
  const listing = await listImages(source, options);
  const { images } = listing;
  const paths = images.map(({ path }) => path);
  const groupSize = imageGroupSize(backbone.steps);
  const features = await openFeatures(
    {
      ...{ noun: "images", count: images.length, key: listingKey(listing, "embedded") },
      place: (index) => paths[index]!, // of images
      vectors: (own, wanted) =>
        embeddedFiles(
          listing.source.files(paths, (index) => groupOf(index, groupSize, images.length).some(wanted)),
          own,
          { count: images.length, threads: reading.threads },
        ),
    },
    backbone,
    reading,
  );
  const bad = features.bad.map(({ index, why }) => ({ index, why, path: paths[index]! })); // of images
  requireFewBad(listing, bad, imageForm(options));
  const without = new Set(bad.map(({ index }) => index));
  const rows = (["train", "test", "validation"] as const).map((split) => splitOf(listing, split, without));
  const parts = rows.map((part) => (part.labels.length === 0 ? null : part));
  const own: Pick<Source, "files" | "filesIn" | "notes"> = {
    files: filesOf(listing),
    filesIn: listing.source.place,
    notes: [...listing.notes, ...badNotes(listing, bad)],
  };
  return embeddedSource({ ...own, name: listing.name }, backbone, { parts, features, notes: [] });
}

/** Refuses what would have no effect: a backbone has a size and a way to resize of its own. */
function requireNoForm({ options = {} }: CustomData): void {
  for (const name of ["size", "resize", "flip"]) {
    if (options[name] === undefined) continue;
    const what = "not to be set with a backbone, whose preprocessing says it";
    throw expected("recipe", `source.options.${name}`, what, options[name], "Leave it out.");
  }
}

function groupOf(index: number, size: number, count: number): number[] {
  const first = index - (index % size);
  return Array.from({ length: Math.min(size, count - first) }, (_, i) => first + i);
}

/** Images of the catalogue that are bytes in memory. */
async function embeddedCatalogue(
  dataset: string,
  backbone: Backbone,
  reading: Reading,
): Promise<EmbeddedSource> {
  const source = await loadDataset(dataset, reading);
  const parts = [source.train, source.test] as (ImageDataset | null)[]; // of images, where they have pixels
  if (!("pixels" in source.train)) {
    const advice = "Unpack it and name the folder of its images, each class in a folder of its own.";
    throw fileError(dataset, {
      expected: "images in memory, or a folder of them",
      got: "an archive",
      advice,
    });
  }
  const all = parts.flatMap((part) => (part === null ? [] : [part]));
  const { channels, height, width } = all[0]!.shape; // there is one
  const pixels = sharedBytes(all.map((part) => part.pixels));
  const images: PixelImages = {
    count: pixels.length / (channels * height * width),
    pixels,
    width,
    height,
    channels,
  };
  const key = createHash("sha256")
    .update(JSON.stringify([width, height, channels]))
    .update(pixels)
    .digest("hex");
  const features = await openFeatures(
    {
      ...{ noun: "images", count: images.count, key },
      place: (index) => `${dataset}, image ${index + 1}`,
      vectors: (own, wanted) => embeddedPixels(images, own, { wanted, threads: reading.threads }),
    },
    backbone,
    reading,
  );
  return embeddedSource(source, backbone, { parts, features, notes: [] });
}

/** Bytes in a row, in memory that threads share. */
function sharedBytes(parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(new SharedArrayBuffer(length));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Labelled rows of one split, and where their vectors are among all, by default one after another. */
type Part = Pick<EmbeddingExamples, "name" | "classNames" | "labels" | "ids"> & {
  readonly places?: Uint32Array;
};

function embeddedSource(
  source: Pick<Source, "files" | "filesIn" | "notes"> & { readonly name?: string },
  backbone: Backbone,
  {
    parts,
    features,
    notes,
  }: {
    readonly parts: readonly (Part | null)[];
    readonly features: Features;
    readonly notes: readonly string[];
  },
): EmbeddedSource {
  const { size } = backbone.steps;
  let from = 0;
  const [train, test = null, validation = null] = parts.map((part) => {
    if (part === null) return null;
    const { name, classNames, labels, ids } = part;
    const start = from;
    from += labels.length;
    const places = part.places ?? Uint32Array.from(labels, (_, i) => start + i);
    return embeddingExamples({
      ...{ name, classNames, labels, ids, size },
      vectors: vectorsById(features.vectors, { places, ids, size }),
    });
  });
  const { files, filesIn } = source;
  const made = embeddingSource(
    {
      ...{ train: train!, test, validation }, // every source has one
      ...(files && { files }),
      ...(filesIn !== undefined && { filesIn }),
      notes: [...(source.notes ?? []), ...notes],
    },
    backbone.steps,
  );
  return { ...made, backbone: backbone.steps, made: features.made };
}

/** Vectors in the rows that ids name: ids are counted within a split, with gaps where examples are left out. */
function vectorsById(
  vectors: Float32Array,
  { places, ids, size }: { readonly places: Uint32Array; readonly ids: Uint32Array; readonly size: number },
): Float32Array {
  const rows = ids.reduce((max, id) => Math.max(max, id), -1) + 1;
  const into = new Float32Array(rows * size);
  ids.forEach((id, i) => {
    const at = places[i]! * size; // as many as ids
    into.set(vectors.subarray(at, at + size), id * size);
  });
  return into;
}
