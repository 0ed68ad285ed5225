import { basename } from "node:path";
import { type DuckDB, withDuckDB } from "../files/duckdb.ts";
import { fileError } from "../files/file-error.ts";
import { labelColumn, labelsAmong, labelsOf } from "../files/labels.ts";
import type { CustomData } from "../../catalogue/index.ts";
import type { Preparation, Source } from "../source.ts";
import { tableFault } from "../files/table-error.ts";
import { columnNamed, findTable, type TableColumn, type TableFiles } from "../files/table-files.ts";
import { type ColumnFacts, columnFacts } from "./column-facts.ts";
import { columnRoles, listNotes, maxCategories, type TableOptions, tableOptions } from "./column-roles.ts";
import { readTable, type TableExamples, tableExamples, type TableReading } from "./read-table.ts";
import { tableDataset } from "./table-dataset.ts";
import { learnSteps } from "./table-preparation.ts";

/**
 * Reads a table with a column of classes: CSV, TSV, JSONL or Parquet.
 *
 * Columns of numbers and of categories are told apart by {@link columnRoles}. Nothing is learned here: means,
 * deviations and categories come from `prepare`, from training rows alone.
 *
 * @throws RunError with code "data" that names file and row or column
 */
export async function openTable(data: CustomData): Promise<Source> {
  const options = tableOptions(data);
  return withDuckDB(async (db) => {
    const files = await findTable(db, data.paths, options.dialect);
    try {
      const label = labelColumn(files, data.label);
      const roles = columnRoles(files, await columnFacts(db, files), { label: label.name, options });
      const of = (role: "numeric" | "categorical"): ColumnFacts[] =>
        roles.filter((each) => each.role === role).map(({ facts }) => facts);
      const reading: TableReading = {
        numeric: of("numeric").map((facts) => ({ column: facts.column, origin: originOf(facts) })),
        categorical: of("categorical").map(({ column }) => column),
        label,
      };
      const read = await readTable(db, files, reading);
      const { unlabelled } = options;
      const { classNames, labels, rows, notes } = labelsOf(read.label!, { origin: read.origin, unlabelled }); // it was read
      const name = nameOf(data.paths[0] ?? "table");
      const train = tableExamples({ name, classNames, labels, ids: rows, table: read.table });
      const heldNotes: string[] = [];
      const held = async (paths: readonly string[] | undefined): Promise<TableExamples | null> => {
        if (paths === undefined) return null;
        const found = await heldExamples(db, paths, { reading, train, options });
        heldNotes.push(...found.notes);
        return found.examples;
      };
      return {
        train,
        test: await held(data.testPaths),
        validation: await held(data.validationPaths),
        notes: [
          ...[...files.notes, ...notes, ...heldNotes],
          ...roles.flatMap(({ note }) => note ?? []),
          ...listNotes(files, options),
        ],
        prepare: (examples) => preparation(examples as TableExamples, label.name), // of this source
      };
    } catch (error) {
      throw tableFault(error, files.paths);
    }
  });
}

function preparation(train: TableExamples, label: string): Preparation {
  const steps = learnSteps(train, { label, maxCategories });
  return {
    record: steps,
    apply: (examples) => tableDataset(examples as TableExamples, steps), // of the same source
  };
}

interface HeldReading {
  readonly reading: TableReading;
  readonly train: TableExamples;
  readonly options: TableOptions;
}

async function heldExamples(
  db: DuckDB,
  paths: readonly string[],
  { reading, train, options }: HeldReading,
): Promise<{ readonly examples: TableExamples; readonly notes: readonly string[] }> {
  const files = await findTable(db, paths, options.dialect);
  try {
    const read = await readTable(db, files, sameColumns(files, reading));
    if (read.rows === 0) throw fileError(files.paths[0], { expected: "rows to test on", got: "none" });
    const { unlabelled } = options;
    const { labels, rows, notes } = labelsAmong(read.label!, train.classNames, {
      origin: read.origin,
      unlabelled,
    }); // it was read
    return { examples: tableExamples({ ...train, labels, ids: rows, table: read.table }), notes };
  } catch (error) {
    throw tableFault(error, files.paths);
  }
}

/**
 * The same columns in other files.
 *
 * @throws RunError with code "data" for one that is not there
 */
function sameColumns(files: TableFiles, { numeric, categorical, label }: TableReading): TableReading {
  const same = ({ name }: TableColumn): TableColumn => columnNamed(files, name);
  return {
    numeric: numeric.map(({ column, origin }) => ({ column: same(column), origin })),
    categorical: categorical.map(same),
    label: label && same(label),
  };
}

/** Where float32 would round away what tells values apart (times in seconds since 1970), the smallest value; else 0. */
function originOf({ min, max }: ColumnFacts): number {
  if (min === null || max === null) return 0;
  return Math.max(Math.abs(min), Math.abs(max)) > 1e4 * (max - min) ? min : 0;
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
