import type { Backbone } from "../../backbones/index.ts";
import { backboneFault } from "../../backbones/index.ts";
import { textGroups } from "../../preparation/index.ts";
import type { EmbeddedGroup } from "./feature-cache.ts";

/** The vectors of texts, those of about one length together, the longest first: the others are filled up with nothing. */
export async function* embeddedTexts(
  texts: readonly string[],
  backbone: Backbone,
  wanted: (index: number) => boolean = () => true,
): AsyncGenerator<EmbeddedGroup, void, undefined> {
  for (const indices of textGroups(texts)) {
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

/** How many texts are longer than a backbone reads. */
export function countCut(texts: readonly string[], { tokens, steps }: Backbone): number {
  const { prefix, maxLength } = steps.text!; // of texts
  // A token is a letter at least.
  return texts.filter((text) => text.length + prefix.length > maxLength - 2 && tokens!.isCut(prefix + text))
    .length;
}
