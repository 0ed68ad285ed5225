import {
  type BackboneGraph,
  type BackboneSteps,
  type Colours,
  exampleFault,
  type ExamplePath,
  imageGroupSize,
  imageVectors,
  middle,
  type Pixels,
  processedImage,
  type ReadyImage,
  textGroups,
  textVectors,
  tokenEncoder,
} from "../preparation/index.ts";
import type { Decode, DecodeAll } from "./exported-predictor.ts";
import type { GraphSession } from "./runtime.ts";

/** What of a platform a backbone needs. */
export interface BackbonePlatform {
  /** Decodes an image in its own size. */
  readonly colours: Decode;
  /** Decodes an image into a square, as the reader of a network of Leeway's own takes it. */
  readonly squares: (record: unknown, path: string) => Decode;
}

/** The files of a backbone of texts, parsed. */
export interface TokenizerFiles {
  readonly json: unknown;
  readonly config: unknown;
}

/**
 * What makes of images or texts the vectors that a head takes, as many at a time as the backbone takes; vectors stay as
 * they are.
 *
 * @param path of the preparation, for errors
 */
export function backboneDecoder(
  steps: BackboneSteps,
  {
    session,
    tokenizer,
    platform,
    path,
  }: {
    readonly session: GraphSession;
    readonly tokenizer: TokenizerFiles | undefined;
    readonly platform: BackbonePlatform;
    readonly path: string;
  },
): DecodeAll {
  const graph: BackboneGraph = { run: (inputs) => session.run(inputs, steps.output) };
  const { text } = steps;
  const encode =
    text === undefined
      ? imageEncoder(graph, steps, { platform, path })
      : textEncoder(graph, steps, { text, tokenizer: tokenizer! }); // of texts
  return async (examples, at) => {
    const raw = [...examples.keys()].filter((i) => !isVector(examples[i]));
    const vectors = await encode(
      raw.map((i) => examples[i]),
      (slot) => at(raw[slot]!), // of those
    );
    const all = [...examples];
    raw.forEach((i, slot) => {
      all[i] = vectors.subarray(slot * steps.size, (slot + 1) * steps.size);
    });
    return all;
  };
}

/** @returns [N, D] */
type ToVectors = (examples: readonly unknown[], at: ExamplePath) => Promise<Float32Array>;

function isVector(example: unknown): boolean {
  return example instanceof Float32Array || example instanceof Float64Array || Array.isArray(example);
}

function textEncoder(
  graph: BackboneGraph,
  steps: BackboneSteps,
  {
    text: { prefix, maxLength },
    tokenizer,
  }: { readonly text: NonNullable<BackboneSteps["text"]>; readonly tokenizer: TokenizerFiles },
): ToVectors {
  const tokens = tokenEncoder(tokenizer.json, { config: tokenizer.config, maxLength });
  return async (examples, at) => {
    const texts = examples.map((each, i) => {
      if (typeof each === "string") return each;
      throw exampleFault(at(i), { what: "to be a text, or a vector", got: each });
    });
    return inGroups(textGroups(texts), { count: texts.length, size: steps.size }, (group) =>
      textVectors(
        graph,
        steps,
        group.map((i) => tokens.encode(prefix + texts[i]!)), // of texts
      ),
    );
  };
}

function imageEncoder(
  graph: BackboneGraph,
  steps: BackboneSteps,
  options: { readonly platform: BackbonePlatform; readonly path: string },
): ToVectors {
  const ready = imageReader(steps, options);
  const length = imageGroupSize(steps);
  return (examples, at) => {
    const groups = Array.from({ length: Math.ceil(examples.length / length) }, (_, group) =>
      [...examples.keys()].slice(group * length, (group + 1) * length),
    );
    return inGroups(groups, { count: examples.length, size: steps.size }, async (group) =>
      imageVectors(graph, steps, await Promise.all(group.map((i) => ready(examples[i], at(i))))),
    );
  };
}

/** How an image becomes the input of a backbone. */
function imageReader(
  steps: BackboneSteps,
  { platform, path }: { readonly platform: BackbonePlatform; readonly path: string },
): (example: unknown, at: readonly PropertyKey[]) => Promise<ReadyImage> {
  const { processing } = steps.image!; // of images
  if (!("side" in processing)) {
    return async (example, at) =>
      processedImage((await platform.colours(example, at)) as Colours, processing); // of every platform
  }
  const { size, resize, side, channels } = processing;
  const zeros = new Array<number>(channels).fill(0);
  const squares = platform.squares({ kind: "image", size, resize, side, mean: zeros, std: zeros }, path);
  return async (example, at) => {
    const { data } = (await squares(example, at)) as Pixels; // likewise
    return { width: side, height: side, data: middle(threeColours(data, size), processing) };
  };
}

/** Vectors of groups of examples, one group after another. */
async function inGroups(
  groups: Iterable<readonly number[]>,
  { count, size }: { readonly count: number; readonly size: number },
  vectorsOf: (group: readonly number[]) => Promise<Float32Array>,
): Promise<Float32Array> {
  const into = new Float32Array(count * size);
  for (const group of groups) {
    const vectors = await vectorsOf(group);
    group.forEach((i, slot) => {
      into.set(vectors.subarray(slot * size, (slot + 1) * size), i * size);
    });
  }
  return into;
}

/** Pixels of grey or RGBA as three colours. */
export function threeColours(data: Uint8Array | Uint8ClampedArray, size: number, height = size): Uint8Array {
  const pixels = size * height;
  const channels = data.length / pixels;
  if (channels === 3) return new Uint8Array(data.buffer, data.byteOffset, data.length);
  const into = new Uint8Array(3 * pixels);
  for (let p = 0; p < pixels; p++) {
    for (let c = 0; c < 3; c++) into[3 * p + c] = data[channels === 1 ? p : p * channels + c]!; // within its bytes
  }
  return into;
}
