import { ngramEncoder } from "../text/ngram-encoder.ts";
import type { NgramVocabulary } from "../text/ngram-vocabulary.ts";
import { encoder, tokenize, type Vocabulary } from "../text/vocabulary.ts";
import { exampleFault } from "./example-fault.ts";
import { type ExampleReader, int64, type PreparedExamples } from "./inputs.ts";

/**
 * Texts, or rows that have one, by what was learned in training.
 *
 * @param column of rows, which has the text
 */
export function textReader(
  learned: Vocabulary | NgramVocabulary,
  { column = "text" }: { readonly column?: string | undefined } = {},
): ExampleReader {
  const prepare = textInputs(learned);
  return {
    declared:
      "characters" in learned
        ? {
            columns: { type: "int64", dims: [null, null] },
            values: { type: "float32", dims: [null, null] },
          }
        : { tokens: { type: "int64", dims: [null, null] }, lengths: { type: "int64", dims: [null] } },
    read: (examples, path) => prepare(examples.map((example, i) => textOf(example, path(i), column))),
  };
}

/** Makes inputs of texts; the tables of a large vocabulary are made for the first. */
export function textInputs(
  learned: Vocabulary | NgramVocabulary,
): (texts: readonly string[]) => PreparedExamples {
  if ("characters" in learned) return ngramInputs(learned);
  const encode = encoder(learned);
  return (texts) => {
    const words = texts.map((text) => encode(tokenize(text)));
    return {
      length: texts.length,
      notes: [],
      sizes: words.map(({ length }) => length),
      inputs: (positions) => {
        const own = Array.from(positions, (position) => words[position]!);
        const longest = own.reduce((max, { length }) => Math.max(max, length), 1);
        const tokens = new Int32Array(own.length * longest);
        own.forEach((each, slot) => {
          tokens.set(each, slot * longest);
        });
        return {
          tokens: { dims: [own.length, longest], data: int64(tokens) },
          lengths: { dims: [own.length], data: int64(own.map(({ length }) => length)) },
        };
      },
    };
  };
}

function ngramInputs(vocabulary: NgramVocabulary): (texts: readonly string[]) => PreparedExamples {
  let encode: ReturnType<typeof ngramEncoder> | undefined;
  return (texts) => {
    encode ??= ngramEncoder(vocabulary);
    const { columns, values, offsets } = encode(texts);
    const sizes = texts.map((_, i) => offsets[i + 1]! - offsets[i]!); // one more than texts
    return {
      ...{ length: texts.length, sizes, notes: [] },
      inputs: (positions) => {
        const rows = positions.length;
        let terms = 1; // a text without any has one that counts nothing
        for (let slot = 0; slot < rows; slot++) terms = Math.max(terms, sizes[positions[slot]!]!);
        const [into, counts] = [new Int32Array(rows * terms), new Float32Array(rows * terms)];
        for (let slot = 0; slot < rows; slot++) {
          const [from, end] = [offsets[positions[slot]!]!, offsets[positions[slot]! + 1]!];
          into.set(columns.subarray(from, end), slot * terms);
          counts.set(values.subarray(from, end), slot * terms);
        }
        return {
          columns: { dims: [rows, terms], data: int64(into) },
          values: { dims: [rows, terms], data: counts },
        };
      },
    };
  };
}

function textOf(example: unknown, path: readonly PropertyKey[], column: string): string {
  if (typeof example === "string") return example;
  const inside = typeof example === "object" && example !== null && Object.hasOwn(example, column);
  const value = inside ? (example as Readonly<Record<string, unknown>>)[column] : undefined;
  if (typeof value === "string") return value;
  throw exampleFault(inside ? [...path, column] : path, {
    what: inside ? "to be a text" : `to be a text, or a row with one in ${column}`,
    got: inside ? value : example,
  });
}
