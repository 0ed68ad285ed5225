import {
  type BackboneGraph,
  type BackboneSteps,
  type Colours,
  exampleFault,
  imageVectors,
  middle,
  type Pixels,
  processedImage,
  type ReadyImage,
  textVectors,
  tokenEncoder,
} from "../preparation/index.ts";
import type { Decode } from "./exported-predictor.ts";
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
 * What makes of an image or a text the vector that a head takes; a vector stays as it is.
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
): Decode {
  const graph: BackboneGraph = { run: (inputs) => session.run(inputs, steps.output) };
  const { text } = steps;
  const vectorOf =
    text === undefined
      ? imageEncoder(graph, steps, { platform, path })
      : textEncoder(graph, steps, { text, tokenizer: tokenizer! }); // of texts
  return (example, at) => (isVector(example) ? example : vectorOf(example, at));
}

type ToVector = (example: unknown, at: readonly PropertyKey[]) => Promise<Float32Array>;

function isVector(example: unknown): boolean {
  return example instanceof Float32Array || example instanceof Float64Array || Array.isArray(example);
}

function textEncoder(
  graph: BackboneGraph,
  steps: BackboneSteps,
  {
    text,
    tokenizer,
  }: { readonly text: NonNullable<BackboneSteps["text"]>; readonly tokenizer: TokenizerFiles },
): ToVector {
  const tokens = tokenEncoder(tokenizer.json, { config: tokenizer.config, maxLength: text.maxLength });
  return (example, at) => {
    if (typeof example !== "string")
      throw exampleFault(at, { what: "to be a text, or a vector", got: example });
    return textVectors(graph, steps, [tokens.encode(text.prefix + example)]);
  };
}

function imageEncoder(
  graph: BackboneGraph,
  steps: BackboneSteps,
  { platform, path }: { readonly platform: BackbonePlatform; readonly path: string },
): ToVector {
  const { processing } = steps.image!; // of images
  if (!("side" in processing)) {
    return async (example, at) => {
      const image = (await platform.colours(example, at)) as Colours; // of every platform
      return imageVectors(graph, steps, [processedImage(image, processing)]);
    };
  }
  const { size, resize, side, channels } = processing;
  const zeros = new Array<number>(channels).fill(0);
  const squares = platform.squares({ kind: "image", size, resize, side, mean: zeros, std: zeros }, path);
  return async (example, at) => {
    const { data } = (await squares(example, at)) as Pixels; // likewise
    const ready: ReadyImage = {
      width: side,
      height: side,
      data: middle(threeColours(data, size), processing),
    };
    return imageVectors(graph, steps, [ready]);
  };
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
