import type { Backbone } from "../../backbones/index.ts";
import { backboneFault } from "../../backbones/index.ts";
import type { EmbeddedGroup } from "./feature-cache.ts";

/** Texts that are embedded together, and the letters that they may have in all: attention grows with the square. */
const [maxTexts, maxLetters] = [32, 16_384];

/** The vectors of texts, those of about one length together, the longest first: the others are filled up with nothing. */
export async function* embeddedTexts(
  texts: readonly string[],
  backbone: Backbone,
  wanted: (index: number) => boolean = () => true,
): AsyncGenerator<EmbeddedGroup, void, undefined> {
  for (const indices of groupsOf(texts)) {
    if (!indices.some(wanted)) continue;
    const tokens = indices.map((index) => tokensOf(texts[index]!, backbone));
    yield { indices, vectors: await backbone.texts(tokens), bad: [] };
  }
}

function tokensOf(text: string, { tokens, steps }: Backbone): Int32Array {
  try {
    return tokens!.encode(`${steps.text!.prefix}${text}`); // of texts
  } catch (cause) {
    throw backboneFault(steps.path ?? steps.name, {
      expected: `tokens for ${JSON.stringify(text.slice(0, 40))}`,
      got: (cause as Error).message,
      advice: "Get a fresh copy of its tokenizer.json.",
      cause,
    });
  }
}

function* groupsOf(texts: readonly string[]): Generator<number[]> {
  const order = [...texts.keys()].sort((a, b) => texts[b]!.length - texts[a]!.length || a - b); // of texts
  for (let from = 0; from < order.length;) {
    const longest = Math.max(1, texts[order[from]!]!.length); // below the length
    const length = Math.max(1, Math.min(maxTexts, Math.floor(maxLetters / longest)));
    yield order.slice(from, from + length);
    from += length;
  }
}

/** How many texts are longer than a backbone reads. */
export function countCut(texts: readonly string[], { tokens, steps }: Backbone): number {
  const { prefix, maxLength } = steps.text!; // of texts
  // A token is a letter at least.
  return texts.filter((text) => text.length + prefix.length > maxLength - 2 && tokens!.isCut(prefix + text))
    .length;
}
