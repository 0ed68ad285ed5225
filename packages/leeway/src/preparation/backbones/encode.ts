import { type GraphInputs, int64 } from "../examples/inputs.ts";
import type { BackboneSteps } from "./backbone-steps.ts";
import { divideByLength, type GraphOutput, pooled } from "./pooled.ts";

/** The graph of a backbone. */
export interface BackboneGraph {
  /** @returns the output that the steps name */
  run(inputs: GraphInputs): Promise<GraphOutput>;
}

/** An image as a backbone takes it: of float32 normalised, of bytes as a network of Leeway's own takes it. */
export interface ReadyImage {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array | Uint8Array;
}

/** Memory of a graph's inputs, that is used again where no other call uses it: fresh memory costs more than its copies. */
export class InputRoom {
  #free: Float32Array | undefined;

  take(length: number): Float32Array {
    const free = this.#free;
    this.#free = undefined;
    return free?.length === length ? free : new Float32Array(length);
  }

  give(used: Float32Array): void {
    this.#free = used;
  }
}

/**
 * The vectors of images of one size.
 *
 * @param room for many calls
 * @returns [N, D]
 * @throws Error of the runtime's, where the graph cannot take them
 */
export async function imageVectors(
  graph: BackboneGraph,
  steps: BackboneSteps,
  images: readonly ReadyImage[],
  room = new InputRoom(),
): Promise<Float32Array> {
  const { input, batch } = steps.image!; // of images
  return inBatches(images, { batch, size: steps.size }, async (some, filled) => {
    const [first] = some;
    const numbers = first!.data.length; // none is empty
    const length = filled * numbers;
    // Bytes may come as one of Node's buffers, which runtimes do not know.
    const data = first!.data instanceof Float32Array ? room.take(length) : new Uint8Array(length);
    some.forEach((image, slot) => {
      data.set(image.data, slot * numbers);
    });
    const output = await graph.run({ [input]: { dims: [filled, ...dimsOf(first!, steps)], data } });
    if (data instanceof Float32Array) room.give(data);
    return finished(output, steps);
  });
}

function dimsOf({ width, height, data }: ReadyImage, { image }: BackboneSteps): number[] {
  const { processing } = image!; // of images
  const channels = data.length / (width * height);
  const isPlanes = "layout" in processing && processing.layout === "planes";
  return isPlanes ? [channels, height, width] : [height, width, channels];
}

/**
 * The vectors of texts as tokens.
 *
 * @returns [N, D]
 */
export async function textVectors(
  graph: BackboneGraph,
  steps: BackboneSteps,
  texts: readonly Int32Array[],
): Promise<Float32Array> {
  const { inputs: names, batch, fixedLength, pad } = steps.text!; // of texts
  return inBatches(texts, { batch, size: steps.size }, async (some, filled) => {
    const longest = some.reduce((max, { length }) => Math.max(max, length), 1);
    const width = fixedLength ?? longest;
    const [ids, mask] = [new Int32Array(filled * width).fill(pad), new Int32Array(filled * width)];
    some.forEach((tokens, slot) => {
      ids.set(tokens, slot * width);
      mask.fill(1, slot * width, slot * width + tokens.length);
    });
    const values = { input_ids: ids, attention_mask: mask, token_type_ids: new Int32Array(filled * width) };
    const inputs = names.map((name) => [name, { dims: [filled, width], data: int64(values[name]) }] as const);
    const output = await graph.run(Object.fromEntries(inputs));
    return finished(
      output,
      steps,
      some.map(({ length }) => length),
    );
  });
}

function finished(output: GraphOutput, steps: BackboneSteps, lengths?: readonly number[]): Float32Array {
  const vectors = pooled(output, steps.pooling, lengths);
  if (steps.l2) divideByLength(vectors, steps.size);
  return vectors;
}

/** Runs as many at once as a graph takes: the last of a fixed number are filled up, and what is made of that is dropped. */
async function inBatches<Item>(
  items: readonly Item[],
  { batch, size }: { readonly batch: number | null; readonly size: number },
  run: (some: readonly Item[], filled: number) => Promise<Float32Array>,
): Promise<Float32Array> {
  const into = new Float32Array(items.length * size);
  const step = batch ?? items.length;
  for (let from = 0; from < items.length; from += step) {
    const some = items.slice(from, from + step);
    const vectors = await run(some, batch ?? some.length);
    into.set(vectors.subarray(0, some.length * size), from * size);
  }
  return into;
}
