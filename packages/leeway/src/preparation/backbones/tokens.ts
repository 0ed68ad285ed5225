import { Tokenizer } from "@huggingface/tokenizers";

/** Texts as numbers of tokens. */
export interface TokenEncoder {
  /** The tokens of a text, with those that stand around it; of a longer one the first. */
  encode(text: string): Int32Array;
  /** Whether a text is longer than is read. */
  isCut(text: string): boolean;
}

/**
 * Tokens by a `tokenizer.json`.
 *
 * @param maxLength tokens of a text, those around it included
 * @throws Error that says in a few words what is wrong with the file
 */
export function tokenEncoder(
  tokenizer: unknown,
  { config = {}, maxLength }: { readonly config?: unknown; readonly maxLength: number },
): TokenEncoder {
  const own = new (Tokenizer as TokenizerClass)(tokenizer, config);
  const unknown = unknownId(own, tokenizer);
  const around = placesAround(own);
  const room = maxLength - around.before.length - around.after.length;
  const inside = (text: string): number[] => {
    const { ids } = own.encode(text, { add_special_tokens: false });
    return ids.map((id) => {
      // The library gives nothing for a word that its model does not have.
      const known = id ?? unknown;
      if (known === undefined) throw new Error("a word without a token, and no token for unknown words");
      return known;
    });
  };
  return {
    encode: (text) => Int32Array.from([...around.before, ...inside(text).slice(0, room), ...around.after]),
    isCut: (text) => inside(text).length > room,
  };
}

/** What of the library's tokenizer is used; its own types cannot be read by Node's rules for modules. */
interface OwnTokenizer {
  encode(
    text: string,
    options?: { readonly add_special_tokens: boolean },
  ): { readonly ids: readonly (number | undefined)[] };
  token_to_id(token: string): number | undefined;
}

type TokenizerClass = new (tokenizer: unknown, config: unknown) => OwnTokenizer;

interface Around {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** The tokens that stand before and after every text: of a word with them and without. */
function placesAround(own: OwnTokenizer): Around {
  const known = (ids: readonly (number | undefined)[]): number[] => ids.map((id) => id ?? -1);
  const inside = known(own.encode("a", { add_special_tokens: false }).ids);
  const all = known(own.encode("a").ids);
  const extra = all.length - inside.length;
  for (let before = 0; before <= extra; before++) {
    if (inside.every((id, i) => all[before + i] === id))
      return { before: all.slice(0, before), after: all.slice(before + inside.length) };
  }
  throw new Error("tokens that change with those around them");
}

function unknownId(own: OwnTokenizer, json: unknown): number | undefined {
  const { model } = json as { readonly model?: { readonly unk_token?: unknown; readonly unk_id?: unknown } };
  if (typeof model?.unk_id === "number") return model.unk_id;
  return typeof model?.unk_token === "string" ? own.token_to_id(model.unk_token) : undefined;
}
