import { type ColumnChunk, columnChunks } from "../files/column-chunks.ts";
import type { DuckDB } from "../files/duckdb.ts";
import type { TableFiles } from "../files/table-files.ts";
import type { ColumnRole } from "../tables/column-detection.ts";
import { maxExact } from "../tables/distinct-count.ts";
import { type ColumnNote, noteSentences, readNumber } from "../../preparation/index.ts";
import type { Finding } from "./findings.ts";

/** A value of fewer rows than this tells nothing: seen once, it always goes with one class. */
const minRows = 5;

/** The class of each row: a place among the names; -1 where it has none. */
export interface RowClasses {
  /** [N] */
  readonly codes: Int32Array;
  readonly distinct: readonly string[];
}

/** Columns that hardly change, and columns that alone (almost) give the class away. Rows without a class do not count. */
export async function columnFindings(
  db: DuckDB,
  files: TableFiles,
  { used, classes }: { readonly used: readonly ColumnRole[]; readonly classes: RowClasses },
): Promise<Finding[]> {
  const counts = new Float64Array(classes.distinct.length);
  for (const code of classes.codes) if (code >= 0) counts[code]!++; // a place
  const rows = counts.reduce((sum, n) => sum + n, 0);
  if (rows === 0) return [];
  const commonest = Math.max(...counts) / rows;
  const rarest = counts.indexOf(Math.min(...counts));
  const columns = used.map(({ facts }) => facts.column);
  const [constant, leaks]: [ColumnNote[], ColumnNote[]] = [[], []];
  let looks: Tally[] = [];
  let places: readonly number[] = [];
  const finish = (): void => {
    looks.forEach((look, c) => {
      const { facts } = used[places[c]!]!; // as many looks as places
      const { pure, top, correlation } = look.result();
      if (top > 0.999 && facts.distinct > 1) constant.push(constantNote(facts.column.name, top));
      const told = (pure - commonest) / (1 - commonest);
      if (told > 0.98 || Math.abs(correlation) > 0.98) leaks.push(leakNote(facts.column.name));
    });
  };
  for await (const chunk of columnChunks(db, files, columns)) {
    if (chunk.firstRow === 0) {
      finish();
      places = chunk.places;
      looks = places.map((place) => tallyOf(used[place]!, { classes, commonest, rarest })); // one of them
    }
    looks.forEach((look, c) => {
      look.add(chunk, c);
    });
  }
  finish();
  const found = (about: Finding["about"], notes: readonly ColumnNote[]): Finding[] =>
    noteSentences(notes).map((message) => ({ about, message }));
  return [...found("column", constant), ...found("leak", leaks)];
}

/** A column while it is compared with the classes. */
interface Tally {
  add(chunk: ColumnChunk, c: number): void;
  /** The part of the rows that the commonest class of each value explains, and that of its commonest value. */
  result(): { readonly pure: number; readonly top: number; readonly correlation: number };
}

interface Compared {
  readonly classes: RowClasses;
  readonly commonest: number;
  /** The rarest class. */
  readonly rarest: number;
}

/**
 * A column is compared by value where those are few enough to repeat: one of which more than 0.22 N differ has too many
 * rows in values of fewer than {@link minRows} to explain 98 %, since at most 0.02 N may be there and 0.98 N / 5 others.
 */
function tallyOf(role: ColumnRole, compared: Compared): Tally {
  const { distinct, there } = role.facts;
  const isFew = distinct <= maxExact && (distinct <= 0.22 * there || there < 20);
  return isFew ? valueTally(compared) : correlationTally(role, compared);
}

/** By value: how often each goes with which class. */
function valueTally({ classes: { codes, distinct }, commonest }: Compared): Tally {
  const places = new Map<number | string | null, number>();
  const pairs = new Map<number, number>(); // by value and class
  const classCount = distinct.length;
  return {
    add: ({ numbers, rows, firstRow, places: columns, textAt }, c) => {
      for (let row = 0, at = c; row < rows; row++, at += columns.length) {
        const code = codes[firstRow + row]!;
        if (code < 0) continue;
        const number = numbers[at]!;
        const value = Number.isNaN(number) ? textAt(at) : number;
        let place = places.get(value);
        if (place === undefined) places.set(value, (place = places.size));
        const pair = place * classCount + code;
        pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
      }
    },
    result: () => {
      const totals = new Float64Array(places.size);
      const maxima = new Float64Array(places.size);
      for (const [pair, count] of pairs) {
        const place = Math.floor(pair / classCount);
        totals[place]! += count; // one of the places
        maxima[place] = Math.max(maxima[place]!, count);
      }
      const rows = totals.reduce((sum, total) => sum + total, 0);
      const explained = totals.reduce((sum, t, i) => sum + (t < minRows ? t * commonest : maxima[i]!), 0);
      const top = totals.reduce((most, total) => Math.max(most, total), 0);
      return { pure: explained / rows, top: top / rows, correlation: 0 };
    },
  };
}

/** By size, of columns of many values: how straight numbers go with the rarest class. */
function correlationTally({ facts, numbers: read }: ColumnRole, { classes, rarest }: Compared): Tally {
  const { codes } = classes;
  const reading = read?.readings[0];
  let [n, x, xx, y, xy] = [0, 0, 0, 0, 0];
  let origin: number | undefined; // the first value: squares of times since 1970 have no digits left for differences
  const isNumeric = read !== undefined || facts.column.type === "number";
  return {
    add: ({ numbers, rows, firstRow, places, textAt }, c) => {
      if (!isNumeric) return;
      for (let row = 0, at = c; row < rows; row++, at += places.length) {
        const code = codes[firstRow + row]!;
        const value = code < 0 ? Number.NaN : readNumber(reading, numbers[at]!, () => textAt(at));
        if (!Number.isFinite(value)) continue;
        const far = value - (origin ??= value);
        n++;
        x += far;
        xx += far * far;
        if (code !== rarest) continue;
        y++;
        xy += far;
      }
    },
    result: () => {
      const spread = Math.sqrt((n * xx - x * x) * (n * y - y * y)); // the class is 0 or 1
      return { pure: 0, top: 0, correlation: spread > 0 ? (n * xy - x * y) / spread : 0 };
    },
  };
}

function constantNote(column: string, top: number): ColumnNote {
  const one = ` is nearly constant: one value in ${(100 * top).toFixed(2)} % of the rows`;
  return { column, one, many: " are nearly constant: one value in more than 99.9 % of the rows" };
}

function leakNote(column: string): ColumnNote {
  const known = "is it known when the model is used?";
  return {
    column,
    one: ` alone gives the class away: ${known} --ignore ${column} leaves it out`,
    many: ` alone give the class away each: ${known} --ignore leaves them out`,
  };
}
