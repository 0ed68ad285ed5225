import type { Batch, Dataset, RunPreparation } from "../../src/data/index.ts";
import { embeddingDataset } from "../../src/data/embeddings/embedding-examples.ts";
import { imageDataset } from "../../src/data/images/image-dataset.ts";
import { tableDataset } from "../../src/data/tables/table-dataset.ts";
import { textExamples, textPreparation } from "../../src/data/text/text-source.ts";
import { parseVocabulary, type TableSteps } from "../../src/preparation/index.ts";
import { random } from "../../src/random.ts";

/** Raw inputs of a graph by their names: values and shapes. */
export type Feeds = Readonly<Record<string, { readonly values: Values; readonly shape: readonly number[] }>>;
type Values = Float32Array | Float64Array | BigInt64Array | Uint8Array;

/** Examples of one kind, prepared as for training, and the same as an exported graph takes them. */
export interface KindOfInput {
  readonly preparation: RunPreparation;
  readonly dataset: Dataset;
  readonly feeds: (batch: Batch) => Feeds;
}

const classNames = ["a", "b", "c", "d"];
const noise = random(5, "exporting");
const count = 12;

function named(examples = count): Pick<Dataset, "name" | "classNames" | "labels" | "ids"> {
  const labels = new Int32Array(examples);
  return { name: "inputs", classNames, labels, ids: Uint32Array.from(labels.keys()) };
}

function preparationOf(kind: RunPreparation["kind"], record: unknown): RunPreparation {
  return { kind, record, path: "preparation.json", classNames };
}

/** Images of the catalogue, whose form the run does not record. */
export function images({ channels = 3, side = 16, count: examples = count } = {}): KindOfInput {
  const size = side * side * channels;
  const pixels = Uint8Array.from({ length: examples * size }, () => noise.below(256));
  const statistics = { mean: [0.3, 0.5, 0.4].slice(0, channels), std: [0.2, 0.3, 0.25].slice(0, channels) };
  const shape = { channels, height: side, width: side };
  return {
    preparation: { ...preparationOf("image", null), catalogue: { side, channels, ...statistics } },
    dataset: imageDataset({ ...named(examples), pixels, shape, ...statistics }),
    feeds: ({ positions }) => ({
      pixels: {
        values: Uint8Array.from(
          [...positions].flatMap((at) => [...pixels.subarray(at * size, (at + 1) * size)]),
        ),
        shape: [positions.length, side, side, channels],
      },
    }),
  };
}

/** Rows with numbers, missing ones among them, and categories, unknown ones among them. */
export function rows({ numbers = 3, categories = 2 } = {}): KindOfInput {
  const numeric = Array.from({ length: numbers }, (_, f) => ({
    name: `n${f}`,
    origin: f === 1 ? 1_700_000_000 : 0,
    mean: f / 3,
    std: 1.5,
    indicator: f === 2,
    knots: f === 1 ? [] : [-2, -0.5, 0.25, 1, 3],
  })).map(({ knots, ...step }) => (knots.length > 2 ? { ...step, knots } : step));
  const categorical = Array.from({ length: categories }, (_, g) => ({
    name: `c${g}`,
    categories: ["x", "y", null, "z"].slice(0, 2 + g),
  }));
  const steps: TableSteps = { kind: "table", version: 1, label: "class", numeric, categorical };
  const raw = numeric.map(({ origin }) =>
    Float64Array.from({ length: count }, (_, i) =>
      (i + origin) % 5 === 3 ? Number.NaN : origin + (i === 1 ? 1000 : 4 * noise.uniform() - 2),
    ),
  );
  const words = categorical.map(() =>
    Array.from({ length: count }, () => ["x", "y", "z", "new"][noise.below(4)]!),
  );
  const table = {
    numeric: numeric.map(({ name, origin }, f) => ({
      ...{ name, origin, reading: undefined, unread: { count: 0, first: "" } },
      values: Float32Array.from(raw[f]!, (value) => value - origin),
    })),
    categorical: categorical.map(({ name }, g) => {
      const distinct = [...new Set(words[g])];
      return { name, distinct, codes: Int32Array.from(words[g]!, (word) => distinct.indexOf(word)) };
    }),
  };
  return {
    preparation: preparationOf("table", steps),
    dataset: tableDataset({ ...named(), table }, steps),
    feeds: ({ positions }) => ({
      ...(numbers > 0 && {
        numbers: {
          values: Float64Array.from([...positions].flatMap((i) => raw.map((column) => column[i]!))),
          shape: [positions.length, numbers],
        },
      }),
      ...(categories > 0 && {
        codes: {
          values: BigInt64Array.from(
            [...positions].flatMap((i) =>
              categorical.map((step, g) => BigInt(step.categories.indexOf(words[g]![i]!) + 1)),
            ),
          ),
          shape: [positions.length, categories],
        },
      }),
    }),
  };
}

export function vectors({ unit }: { readonly unit?: true } = {}): KindOfInput {
  const size = 6;
  const values = Float32Array.from({ length: count * size }, () => 3 * noise.uniform() - 1);
  const steps = {
    kind: "embedding",
    version: 1,
    ...(unit && { unit }),
    mean: Array.from({ length: size }, (_, d) => d / 10),
    std: Array.from({ length: size }, (_, d) => 1 + d / 7),
  } as const;
  return {
    preparation: preparationOf("embedding", steps),
    dataset: embeddingDataset({ ...named(), size, vectors: values }, steps),
    feeds: ({ positions }) => ({
      vectors: {
        values: Float32Array.from(
          [...positions].flatMap((i) => [...values.subarray(i * size, (i + 1) * size)]),
        ),
        shape: [positions.length, size],
      },
    }),
  };
}

const texts = Array.from({ length: count }, (_, i) =>
  Array.from(
    { length: 1 + ((i * 5) % 9) },
    () => ["big", "red", "dog", "ran", "far", "new"][noise.below(6)],
  ).join(" "),
);

/** Texts as the numbers of their words. */
export function words({ lengths }: { readonly lengths: boolean }): KindOfInput {
  const vocabulary = ["<pad>", "<unk>", "big", "red", "dog", "ran"];
  const counts = [0, 0, 5, 4, 3, 2];
  const record = { words: vocabulary, documentCounts: counts, documents: 6, maxLength: 40 };
  return {
    preparation: preparationOf("text", record),
    dataset: textPreparation(parseVocabulary(record)).apply(textExamples({ ...named(), texts })),
    feeds: ({ inputs: [tokens, ends] }) => ({
      tokens: { values: BigInt64Array.from(tokens!.values as Int32Array, BigInt), shape: tokens!.shape },
      ...(lengths && {
        lengths: { values: BigInt64Array.from(ends!.values as Int32Array, BigInt), shape: ends!.shape },
      }),
    }),
  };
}

/** Texts as n-grams, the last one without any. */
export function ngrams(): KindOfInput {
  const letters = Array.from({ length: 14 }, (_, i) => String.fromCharCode(97 + i));
  const pairs = letters.flatMap((first) => letters.map((second) => first + second));
  const record = {
    ...{ wordNgrams: 1, charNgrams: 2, documents: 7 },
    words: { ngrams: ["big", "red", "dog"], documentCounts: [5, 4, 3] },
    characters: { ngrams: pairs, documentCounts: pairs.map((_, i) => 1 + (i % 5)) },
  };
  const given = [...texts.slice(1), "?"];
  return {
    preparation: preparationOf("text", record),
    dataset: textPreparation(parseVocabulary(record)).apply(textExamples({ ...named(), texts: given })),
    feeds: ({ inputs: [columns, values, lengths], length }) => {
      const longest = Math.max(1, ...(lengths!.values as Int32Array));
      const padded = {
        columns: new BigInt64Array(length * longest),
        values: new Float32Array(length * longest),
      };
      const starts = columns!.offsets!;
      for (let i = 0; i < length; i++) {
        for (let k = starts[i]!; k < starts[i + 1]!; k++) {
          padded.columns[i * longest + k - starts[i]!] = BigInt(columns!.values[k]!);
          padded.values[i * longest + k - starts[i]!] = values!.values[k]!;
        }
      }
      const shape = [length, longest];
      return { columns: { values: padded.columns, shape }, values: { values: padded.values, shape } };
    },
  };
}
