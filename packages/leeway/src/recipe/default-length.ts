import type { InputKind } from "../catalogue/index.ts";

/** How long a run is. */
export interface Length {
  readonly batchSize: number;
  readonly epochs: number;
}

/** What a length depends on besides the kind of data. */
interface LengthOptions {
  /** How many training examples there are, what will be held out of them included. */
  readonly examples: number;
  /** The network; that of texts or rows decides. */
  readonly model?: string;
}

/** The default batch size and epochs of so many examples of custom data. */
export function defaultLength(kind: InputKind, { examples, model = "" }: LengthOptions): Length {
  if (kind === "image") return imageLength(examples);
  if (kind === "text") return (textLengths[model] ?? ngramLength)(examples);
  return model === "tabm" ? memberLength(examples) : rowLength(examples);
}

/** Of rows of a table, or embeddings: some thousand steps, on few rows in small batches, on millions in large ones. */
function rowLength(rows: number): Length {
  const batchSize = rows < 10_000 ? 64 : rows < 100_000 ? 256 : rows < 1_000_000 ? 1024 : 4096;
  return { batchSize, epochs: between(5, 60, (6000 * batchSize) / rows) };
}

/** Of rows that the members of an ensemble learn at once, at a higher rate: some two thousand steps. */
function memberLength(rows: number): Length {
  const { batchSize } = rowLength(rows);
  return { batchSize, epochs: between(5, 30, (2500 * batchSize) / rows) };
}

/**
 * Of images: about 6,000 steps, of few images in small batches, so that an epoch has more than a step or two, and no
 * more epochs than the paper's 200.
 */
function imageLength(images: number): Length {
  const batchSize = images < 1000 ? 16 : images < 4000 ? 32 : images < 16_000 ? 64 : 128;
  return { batchSize, epochs: between(30, 200, (6000 * batchSize) / images) };
}

/**
 * Of texts: about as many steps as on the paper's 12,375 reviews, but no more than 60 epochs of a network that could
 * learn texts by heart.
 */
function textLength(texts: number): Length {
  return { batchSize: 64, epochs: between(5, 60, (1950 * 64) / texts) };
}

/** Of texts as n-grams: few steps at a high rate solve what has a feature for almost every word. */
function ngramLength(texts: number): Length {
  const batchSize = texts < 1000 ? 32 : texts < 4000 ? 64 : texts < 16_000 ? 128 : 256;
  return { batchSize, epochs: between(5, 30, (600 * batchSize) / texts) };
}

/** Of texts for the baseline, a convex problem. */
function tfIdfLength(texts: number): Length {
  const batchSize = texts < 5000 ? 64 : 256;
  return { batchSize, epochs: between(20, 200, (1450 * batchSize) / texts) };
}

const textLengths: Readonly<Record<string, (texts: number) => Length>> = {
  bilstm: textLength,
  tfidf: tfIdfLength,
};

function between(min: number, max: number, epochs: number): number {
  return Math.max(min, Math.min(max, Math.ceil(epochs)));
}
