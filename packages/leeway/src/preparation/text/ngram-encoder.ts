import { HashTable } from "./hash-table.ts";
import { ngramHash, NgramReader } from "./ngram-reader.ts";
import type { NgramVocabulary } from "./ngram-vocabulary.ts";

/** Rows of which most numbers are 0: those that are not, one row after another. */
export interface SparseRows {
  /** The column of each number. */
  readonly columns: Int32Array;
  readonly values: Float32Array;
  /** [N + 1], where each row begins; the last is where the last one ends. */
  readonly offsets: Float64Array;
}

/** How many features a vocabulary has. */
export function ngramCount({ words, characters }: NgramVocabulary): number {
  return words.ngrams.length + characters.ngrams.length;
}

/**
 * What turns texts into TF-IDF features: (1 + log count) · idf of each n-gram of the vocabulary,
 * idf = log((1 + documents) / (1 + documents with it)) + 1. Those of words and those of characters are each brought to
 * one length, so that the many of characters do not drown the few of words, and the whole to length 1. A text
 * without any is a row without numbers.
 *
 * @source Pedregosa et al. 2011, scikit-learn's TfidfTransformer with sublinear_tf and smooth_idf
 */
export function ngramEncoder(vocabulary: NgramVocabulary): (texts: readonly string[]) => SparseRows {
  const encode = rowEncoder(vocabulary);
  const size = ngramCount(vocabulary);
  const [rowColumns, rowValues] = [new Int32Array(size), new Float32Array(size)]; // of one text after another
  return (texts) => {
    const offsets = new Float64Array(texts.length + 1);
    let columns = new Int32Array(0);
    let values = new Float32Array(0);
    texts.forEach((text, i) => {
      const from = offsets[i]!; // one more than texts
      const end = from + encode(text, rowColumns, rowValues);
      if (end > columns.length) {
        const capacity = texts.length === 1 ? end : Math.max(2 * columns.length, end);
        columns = grown(columns, new Int32Array(capacity));
        values = grown(values, new Float32Array(capacity));
      }
      columns.set(rowColumns.subarray(0, end - from), from);
      values.set(rowValues.subarray(0, end - from), from);
      offsets[i + 1] = end;
    });
    const end = offsets[texts.length]!; // the last
    return { columns: columns.subarray(0, end), values: values.subarray(0, end), offsets };
  };
}

function grown<A extends Int32Array | Float32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}

type Row = (text: string, columns: Int32Array, values: Float32Array) => number;

/** Writes a text's columns and values, and says how many there are. */
function rowEncoder(vocabulary: NgramVocabulary): Row {
  const { documents, words, characters } = vocabulary;
  const size = ngramCount(vocabulary);
  const numbers = new HashTable(size);
  const idf = new Float64Array(size);
  [words, characters].forEach(({ ngrams, documentCounts }, block) => {
    const first = block === 0 ? 0 : words.ngrams.length;
    ngrams.forEach((ngram, i) => {
      const [low, high] = ngramHash(ngram, block === 0 ? "words" : "characters");
      const at = numbers.at(low, high);
      if (numbers.cells[at + 2] === 0) numbers.take(at, [low, high, first + i + 1, 0]);
      idf[first + i] = Math.log((1 + documents) / (1 + documentCounts[i]!)) + 1; // as many as n-grams
    });
  });
  const reader = new NgramReader(vocabulary);
  const counts = new Int32Array(size);
  const { cells } = numbers;
  /** Writes the features of some of the n-grams that were read, brought to length 1. */
  const block = (
    [from, to]: readonly [number, number],
    columns: Int32Array,
    values: Float32Array,
  ): number => {
    let length = 0;
    for (let i = from; i < to; i++) {
      const number = cells[numbers.at(reader.low[i]!, reader.high[i]!) + 2]!; // below the reader's length
      if (number !== 0 && counts[number - 1]!++ === 0) columns[length++] = number - 1;
    }
    let squares = 0;
    for (let k = 0; k < length; k++) {
      const column = columns[k]!; // below the length
      const value = (1 + Math.log(counts[column]!)) * idf[column]!;
      counts[column] = 0;
      values[k] = value;
      squares += value * value;
    }
    for (let k = 0; k < length; k++) values[k]! /= Math.sqrt(squares);
    return length;
  };
  return (text, columns, values) => {
    reader.read(text);
    const ofWords = block([0, reader.words], columns, values);
    const rest = [columns.subarray(ofWords), values.subarray(ofWords)] as const;
    const length = ofWords + block([reader.words, reader.length], ...rest);
    if (ofWords > 0 && ofWords < length) for (let k = 0; k < length; k++) values[k]! *= Math.SQRT1_2;
    return length;
  };
}
