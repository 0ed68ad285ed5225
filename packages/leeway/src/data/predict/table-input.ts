import { type DuckDB, withDuckDB } from "../files/duckdb.ts";
import { countingIds } from "../examples.ts";
import { detectDecimal } from "../files/decimal-mark.ts";
import { fileError, originText } from "../files/file-error.ts";
import { findLabelColumn } from "../files/labels.ts";
import { columnNamed, findTable, type TableFiles } from "../files/table-files.ts";
import { tableFault } from "../files/table-error.ts";
import { type NumericColumn, readTable, type ReadTable } from "../tables/read-table.ts";
import { tableDataset } from "../tables/table-dataset.ts";
import {
  codeTable,
  type ColumnNote,
  noteSentences,
  parseSteps,
  type PreparedExamples,
  tableInputs,
  type TableSteps,
} from "../../preparation/index.ts";
import { readingOfSteps } from "../tables/table-reading.ts";
import { inputDialect, inputFromLines } from "./input-text.ts";
import { readKept } from "./kept-columns.ts";
import { trueLabels } from "./true-labels.ts";
import { unlikeRowsNote } from "./unlike-rows.ts";
import type { PredictionInput, PreparedInput, RunPreparation } from "./prediction-input.ts";

/** Rows of a table, by the columns and the steps that training had. Other columns are not looked at. */
export async function tableInput(
  preparation: RunPreparation,
  input: PredictionInput,
): Promise<PreparedInput> {
  const steps = parseSteps(preparation.record, preparation.path);
  const { keep } = input;
  if (input.lines !== undefined) {
    return inputFromLines(input.lines, (path) =>
      tableInput(preparation, {
        ...input,
        lines: undefined,
        paths: [path],
        dialect: { ...input.dialect, encoding: "utf-8" },
      }),
    );
  }
  return withDuckDB(async (db) => {
    const dialect = inputDialect(input.paths[0] ?? "", input); // all are of one format
    const found = await findTable(db, input.paths, dialect);
    const files = input.dialect?.decimal === undefined ? await withDecimal(db, found) : found;
    try {
      requireColumns(files, steps);
      const label = findLabelColumn(files, input.label ?? steps.label) ?? null;
      const read = await readTable(db, files, readingOfSteps(files, steps, label));
      const place = (i: number): string => originText(read.origin(i));
      const known = read.label === null ? undefined : trueLabels(read.label, preparation.classNames, place);
      const ids = countingIds(read.rows);
      const { classNames } = preparation;
      const rows = { name: "input", classNames, labels: new Int32Array(read.rows), ids, table: read.table };
      return {
        dataset: tableDataset(rows, steps),
        raw: () => rawRows(read, steps),
        origin: read.origin,
        trueLabels: known?.labels,
        kept: keep && (await readKept(db, files, keep)),
        notes: [
          ...files.notes,
          ...noteSentences([...wordNotes(read), ...missingNotes(read, steps), ...unknownNotes(read, steps)]),
          ...unlikeRowsNote(read, steps),
          ...(known?.notes ?? []),
        ],
      };
    } catch (error) {
      throw tableFault(error, files.paths);
    }
  });
}

/**
 * Rows as a graph reads them. Columns are kept as distances from their origins, in float32: the graph takes the origin
 * off again and rounds to float32, which gives the same distance.
 */
function rawRows({ table, rows }: ReadTable, steps: TableSteps): PreparedExamples {
  const [F, G] = [table.numeric.length, table.categorical.length];
  const [numbers, codes] = [new Float64Array(rows * F), new Int32Array(rows * G)];
  table.numeric.forEach(({ origin, values }, f) => {
    for (let i = 0; i < rows; i++) numbers[i * F + f] = origin + values[i]!;
  });
  table.categorical.forEach(({ codes: read, distinct }, g) => {
    const codeOf = codeTable(distinct, steps.categorical[g]!.categories); // as many as steps
    const missing = codeOf.length - 1;
    for (let i = 0; i < rows; i++) codes[i * G + g] = codeOf[read[i]! < 0 ? missing : read[i]!]!;
  });
  return tableInputs({ rows, numbers, codes, notes: [] }, steps);
}

/** The same table with the decimal mark that its numbers plainly have, whatever those of training had. */
async function withDecimal(db: DuckDB, files: TableFiles): Promise<TableFiles> {
  const decimal = await detectDecimal(db, files);
  return decimal === undefined ? files : findTable(db, files.paths, { ...files.dialect, decimal });
}

function requireColumns(files: TableFiles, { numeric, categorical }: TableSteps): void {
  const names = files.columns.map(({ name }) => name);
  const there = new Set(names);
  const wanted = new Set([...numeric, ...categorical].map(({ name }) => name));
  const missing = [...wanted].filter((name) => !there.has(name));
  if (missing.length === 0) return;
  if (missing.length === 1) columnNamed(files, missing[0]!); // throws, with the nearest name
  throw fileError(files.paths[0], {
    expected: `the columns that the run learned from, ${missing
      .slice(0, 8)
      .map((name) => `"${name}"`)
      .join(", ")} among them`,
    got: names.slice(0, 20).join(", "),
    advice: "Give the table of new rows the columns of the training table.",
  });
}

/** Columns of numbers, each once where several numbers are read of it. */
function numericOnce({ table }: ReadTable): [number, NumericColumn][] {
  const isFirst = ({ reading }: NumericColumn): boolean =>
    reading?.kind !== "date" || reading.part === "days" || reading.order === "clock";
  return [...table.numeric.entries()].filter(([, column]) => isFirst(column));
}

/** Values of number columns that are no numbers: they count as missing. */
function wordNotes(read: ReadTable): ColumnNote[] {
  return numericOnce(read).flatMap(([, { name, unread }]) =>
    unread.count === 0
      ? []
      : {
          column: name,
          one: `: ${unread.count} values are no numbers ("${unread.first}") and count as missing`,
          many: " have values that are no numbers and count as missing",
        },
  );
}

/** Missing values of columns in which training had none: the network did not learn what they mean. */
function missingNotes(read: ReadTable, { numeric, categorical }: TableSteps): ColumnNote[] {
  const { table, origin } = read;
  const missing = [
    ...numericOnce(read).map(([f, { name, values }]) =>
      numeric[f]!.indicator ? { name, rows: [] } : { name, rows: rowsWhere(values, Number.isNaN) },
    ), // as many as steps
    ...table.categorical.map(({ name, codes }, g) =>
      categorical[g]!.categories.includes(null)
        ? { name, rows: [] }
        : { name, rows: rowsWhere(codes, (code) => code < 0) },
    ), // likewise
  ];
  return missing.flatMap(({ name, rows: [first, ...more] }) =>
    first === undefined
      ? []
      : {
          column: name,
          one: `: missing values, ${more.length + 1} of them, where training had none, the first in ${originText(origin(first))}`,
          many: " have missing values where training had none",
        },
  );
}

function rowsWhere(values: ArrayLike<number>, holds: (value: number) => boolean): number[] {
  const rows: number[] = [];
  for (let i = 0; i < values.length; i++) if (holds(values[i]!)) rows.push(i);
  return rows;
}

/** Categories that training had not: they are unknown to the network. */
function unknownNotes({ table, origin }: ReadTable, { categorical }: TableSteps): ColumnNote[] {
  return table.categorical.flatMap(({ name, codes, distinct }, g) => {
    const known = new Set(categorical[g]!.categories); // as many as steps
    const strange = distinct.map((category) => !known.has(category));
    const first = codes.findIndex((code) => strange[code] === true);
    if (first === -1) return [];
    const count = codes.reduce((sum, code) => sum + (strange[code] === true ? 1 : 0), 0);
    return {
      column: name,
      one: `: ${count} values that training had not, the first "${distinct[codes[first]!]!}" in ${originText(origin(first))}`,
      many: " have values that training had not",
    };
  });
}
