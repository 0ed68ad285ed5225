import type { BackboneSteps } from "./backbone-steps.ts";
import { inputSize } from "./image-processing.ts";

/**
 * Pixels that go into a graph together, those of four images of 224 x 224: of more, what a network keeps between its
 * layers no longer fits into the processor's caches, and it gets slower: a network of 4.7 MB takes 8 ms an image in
 * fours and 15 in sixteens, on one thread.
 */
const groupPixels = 4 * 224 * 224;
const maxGroup = 64;

/** How many images go into a graph together: one, where each has a size of its own. */
export function imageGroupSize({ image }: BackboneSteps): number {
  const { processing, batch } = image!; // of images
  const size =
    "side" in processing ? { width: processing.side, height: processing.side } : inputSize(processing);
  if (batch === 1 || size === null) return 1;
  const fitting = Math.min(maxGroup, Math.max(1, Math.floor(groupPixels / (size.width * size.height))));
  return batch === null ? fitting : batch * Math.ceil(fitting / batch);
}

/** Texts that go into a graph together, and the letters that they may have in all: attention grows with the square. */
const [maxTexts, maxLetters] = [32, 16_384];

/** Positions of texts that go into a graph together: those of about one length, the longest first. */
export function* textGroups(texts: readonly string[]): Generator<number[], void, undefined> {
  const order = [...texts.keys()].sort((a, b) => texts[b]!.length - texts[a]!.length || a - b); // of texts
  for (let from = 0; from < order.length;) {
    const longest = Math.max(1, texts[order[from]!]!.length); // below the length
    const length = Math.max(1, Math.min(maxTexts, Math.floor(maxLetters / longest)));
    yield order.slice(from, from + length);
    from += length;
  }
}
