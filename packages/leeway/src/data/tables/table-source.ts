import { basename } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { RunError } from "../../errors.ts";
import { parseSteps, type TableSteps } from "../../preparation/index.ts";
import { type DuckDB, withDuckDB } from "../files/duckdb.ts";
import { fileError } from "../files/file-error.ts";
import { labelColumn, labelsAmong, labelsOf } from "../files/labels.ts";
import type { CustomData } from "../../catalogue/index.ts";
import { type Preparation, readHere, type Reading, type Source } from "../source.ts";
import { tableFault } from "../files/table-error.ts";
import { findTable, type TableColumn, type TableFiles } from "../files/table-files.ts";
import { maxCategories } from "./column-detection.ts";
import { columnFacts } from "./column-facts.ts";
import { columnRoles, listNotes, roleNotes, type TableOptions, tableOptions } from "./column-roles.ts";
import { readTable, type TableExamples, tableExamples } from "./read-table.ts";
import { tableDataset } from "./table-dataset.ts";
import { learnSteps } from "./table-preparation.ts";
import { readingOfRoles, readingOfSteps, sameColumns, type TableReading } from "./table-reading.ts";

/**
 * Reads a table with a column of classes: CSV, TSV, JSONL or Parquet.
 *
 * Columns of numbers and of categories are told apart by {@link columnRoles}. Nothing is learned here: means,
 * deviations and categories come from `prepare`, from training rows alone.
 *
 * @throws RunError with code "data" that names file and row or column
 */
export async function openTable(
  data: CustomData,
  { recorded, once = readHere }: Reading = {},
): Promise<Source> {
  const { label, train, test, validation, notes } = await once(() => readSplits(data, recorded));
  return {
    train: tableExamples(train),
    test: test && tableExamples(test),
    validation: validation && tableExamples(validation),
    notes,
    prepare: (examples, { taken } = {}) =>
      taken === undefined
        ? preparationOf(learnSteps(examples as TableExamples, { label, maxCategories })) // of this source
        : preparationOf(parseSteps(taken, "preparation.json")),
  };
}

/** Rows as they are read, which several processes may share. */
type Rows = Omit<TableExamples, "select">;

/** The splits of a table, and what its column of classes is called. */
interface Splits {
  readonly label: string;
  readonly train: Rows;
  readonly test: Rows | null;
  readonly validation: Rows | null;
  readonly notes: readonly string[];
}

function readSplits(data: CustomData, recorded: unknown): Promise<Splits> {
  const options = tableOptions(data);
  return withDuckDB(async (db) => {
    const files = await findTable(db, data.paths, options.dialect);
    try {
      const label = labelColumn(files, data.label);
      const { reading, notes } =
        recorded === undefined
          ? await detectedReading(db, files, { label, options })
          : await recordedReading(db, files, { label, options, recorded });
      const read = await readTable(db, files, reading);
      const { unlabelled } = options;
      const labelled = labelsOf(read.label!, { origin: read.origin, unlabelled }); // it was read
      const name = nameOf(data.paths[0] ?? "table");
      const { classNames, labels, rows: ids } = labelled;
      const train = { name, classNames, labels, ids, table: read.table };
      const heldNotes: string[] = [];
      const held = async (paths: readonly string[] | undefined): Promise<Rows | null> => {
        if (paths === undefined) return null;
        const found = await heldRows(db, paths, { reading, train, options });
        heldNotes.push(...found.notes);
        return found.rows;
      };
      return {
        label: label.name,
        train,
        test: await held(data.testPaths),
        validation: await held(data.validationPaths),
        notes: [...files.notes, ...labelled.notes, ...heldNotes, ...notes],
      };
    } catch (error) {
      throw tableFault(error, files.paths);
    }
  });
}

/** What is read, and notes on it. */
interface ColumnsToRead {
  readonly reading: TableReading;
  readonly notes: readonly string[];
}

interface Detected {
  readonly label: TableColumn;
  readonly options: TableOptions;
}

/** The columns of a run; what is said of them is what is said today, where the same would be detected. */
async function recordedReading(
  db: DuckDB,
  files: TableFiles,
  { recorded, ...requested }: Detected & { readonly recorded: unknown },
): Promise<ColumnsToRead> {
  const reading = readingOfSteps(files, parseSteps(recorded, "preparation.json"), requested.label);
  const today = await detectedReading(db, files, requested).catch((error: unknown) => {
    if (error instanceof RunError) return undefined; // today no column would be left
    throw error;
  });
  return today !== undefined && isDeepStrictEqual(today.reading, reading) ? today : { reading, notes: [] };
}

async function detectedReading(
  db: DuckDB,
  files: TableFiles,
  { label, options }: Detected,
): Promise<ColumnsToRead> {
  const roles = columnRoles(files, await columnFacts(db, files), { label: label.name, options });
  const notes = [...roleNotes(roles), ...listNotes(files, options)];
  return { reading: readingOfRoles(roles, label), notes };
}

function preparationOf(steps: TableSteps): Preparation {
  return {
    record: steps,
    apply: (examples) => tableDataset(examples as TableExamples, steps), // of the same source
  };
}

interface HeldReading {
  readonly reading: TableReading;
  readonly train: Rows;
  readonly options: TableOptions;
}

async function heldRows(
  db: DuckDB,
  paths: readonly string[],
  { reading, train, options }: HeldReading,
): Promise<{ readonly rows: Rows; readonly notes: readonly string[] }> {
  const files = await findTable(db, paths, options.dialect);
  try {
    const read = await readTable(db, files, sameColumns(files, reading));
    if (read.rows === 0) throw fileError(files.paths[0], { expected: "rows to test on", got: "none" });
    const { unlabelled } = options;
    const { labels, rows, notes } = labelsAmong(read.label!, train.classNames, {
      origin: read.origin,
      unlabelled,
    }); // it was read
    return { rows: { ...train, labels, ids: rows, table: read.table }, notes };
  } catch (error) {
    throw tableFault(error, files.paths);
  }
}

/** "transactions" of "data/transactions.csv.gz": letters, digits, dots and dashes, as a run's name needs. */
export function nameOf(path: string): string {
  const name = basename(path)
    .replace(/\.(gz|bz2|zip)$/i, "")
    .replace(/\.(csv|tsv|jsonl|ndjson|json|parquet|pq|npy|npz|safetensors)$/gi, "")
    .replace(/\.[a-z]+$/i, "");
  return (
    name
      .replace(/[^\w.-]+/g, "-")
      .replace(/^[^A-Za-z0-9]+/, "")
      .replace(/-+$/, "") || "table"
  );
}
