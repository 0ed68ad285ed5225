import { columnChunks, type ColumnChunk } from "../files/column-chunks.ts";
import { isMissingNumber, maxFloat32 } from "../../preparation/index.ts";
import { textNumberSql } from "../files/columns.ts";
import type { DuckDB } from "../files/duckdb.ts";
import type { TableColumn, TableFiles } from "../files/table-files.ts";
import { type DistinctCount, distinctCount, maxExact } from "./distinct-count.ts";
import { type SentinelFacts, sentinelCount } from "./sentinels.ts";
import { wordCount, type WordCount, type WordFacts } from "./word-facts.ts";

/** What one look at a column tells of it. */
export interface ColumnFacts {
  readonly column: TableColumn;
  /** N */
  readonly rows: number;
  /** Values that are there. */
  readonly there: number;
  /** Different values: exact up to a thousand, beyond to about 2 %; at most N. */
  readonly distinct: number;
  /** Numbers that are infinite, or that float32 cannot hold. */
  readonly beyond: number;
  /** Of the values that are numbers as programs write them; null where there is none. */
  readonly min: number | null;
  readonly max: number | null;
  /** How many these are. */
  readonly numbers: number;
  /** Whether all of them are whole. */
  readonly whole: boolean;
  /** Whether they are whole and no two are the same, where chance would have made ten pairs or more. */
  readonly differ: boolean;
  /** The values of a text column that are not. */
  readonly words: WordFacts;
  /** A number that may stand for a missing one; undefined for none. */
  readonly sentinel: SentinelFacts | undefined;
}

/** Looks at all columns but lists in one pass over the files, or several where there are thousands of columns. */
export async function columnFacts(db: DuckDB, files: TableFiles): Promise<ColumnFacts[]> {
  const plain = files.columns.filter(({ type }) => type !== "vector");
  const facts = new Array<ColumnFacts | undefined>(plain.length);
  let looks: Look[] = [];
  let places: readonly number[] = [];
  let rows = 0;
  const finish = (): void => {
    places.forEach((place, c) => (facts[place] = factsOf(plain[place]!, looks[c]!, rows))); // as many looks as places
  };
  for await (const chunk of columnChunks(db, files, plain)) {
    if (chunk.firstRow === 0) {
      finish();
      looks = chunk.places.map(() => newLook());
      places = chunk.places;
    }
    chunk.places.forEach((_, c) => {
      look(chunk, c, looks[c]!); // as many
    });
    rows = chunk.firstRow + chunk.rows;
  }
  finish();
  const all = plain.map((column, place) => facts[place] ?? factsOf(column, newLook(), rows));
  return withDiffering(db, files, all);
}

/** Marks the columns whose whole numbers all differ; where they are too many to have been kept, by a query. */
async function withDiffering(
  db: DuckDB,
  { relation }: TableFiles,
  facts: readonly ColumnFacts[],
): Promise<ColumnFacts[]> {
  const differing = new Set<ColumnFacts>();
  for (const each of facts.filter(mayDiffer)) {
    const { column, distinct, numbers } = each;
    const query = `SELECT count(DISTINCT ${column.type === "number" ? column.sql : textNumberSql(column)})::DOUBLE AS n FROM ${relation}`;
    const exact = distinct <= maxExact ? distinct : Number((await db.rows(query))[0]?.["n"]);
    if (exact === numbers) differing.add(each);
  }
  return facts.map((each) => ({ ...each, differ: differing.has(each) }));
}

/** Whether n whole numbers that were drawn at random from their range R would have n²/2R ≥ 10 pairs of the same. */
function mayDiffer({ whole, min, max, numbers, there, distinct }: ColumnFacts): boolean {
  if (!whole || min === null || max === null || distinct < 0.9 * there) return false;
  return numbers === there && numbers ** 2 / (2 * (max - min + 1)) >= 10;
}

/** A column while it is looked at. */
interface Look {
  there: number;
  numbers: number;
  beyond: number;
  broken: number;
  min: number;
  max: number;
  readonly distinct: DistinctCount;
  readonly sentinels: ReturnType<typeof sentinelCount>;
  /** Made for the first word. */
  words: WordCount | undefined;
}

function newLook(): Look {
  return {
    ...{ there: 0, numbers: 0, beyond: 0, broken: 0, min: Infinity, max: -Infinity },
    ...{ distinct: distinctCount(), sentinels: sentinelCount(), words: undefined },
  };
}

function look({ numbers, rows, places, textAt }: ColumnChunk, c: number, seen: Look): void {
  const width = places.length;
  const { distinct, sentinels } = seen;
  let { there, beyond, broken, min, max } = seen; // the loop is the time of a long table's inspection
  let finite = seen.numbers;
  for (let row = 0, at = c; row < rows; row++, at += width) {
    const value = numbers[at]!;
    if (Number.isNaN(value)) {
      const word = textAt(at)?.trim();
      if (word === undefined || isMissingNumber(word)) continue;
      there++;
      distinct.add(word);
      (seen.words ??= wordCount()).add(word);
      continue;
    }
    there++;
    distinct.add(value);
    if (Math.abs(value) > maxFloat32) {
      beyond++;
      continue;
    }
    finite++;
    if (value < min) min = value;
    if (value > max) max = value;
    if (value !== Math.floor(value)) broken++;
    sentinels.add(value);
  }
  Object.assign(seen, { there, beyond, broken, min, max, numbers: finite });
}

function factsOf(column: TableColumn, seen: Look, rows: number): ColumnFacts {
  const { there, numbers, beyond } = seen;
  return {
    ...{ column, rows, there, numbers, beyond },
    distinct: Math.min(seen.distinct.count(), there),
    min: numbers === 0 ? null : seen.min,
    max: numbers === 0 ? null : seen.max,
    whole: seen.broken === 0,
    differ: false,
    words: (seen.words ?? wordCount()).facts(),
    sentinel: seen.sentinels.facts(),
  };
}
