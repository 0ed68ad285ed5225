import type { DuckDB } from "../files/duckdb.ts";
import { labelSql } from "../files/labels.ts";
import { columnNamed, type TableColumn, type TableFiles } from "../files/table-files.ts";
import type { Repetition } from "./findings.ts";

/** Columns that are hashed at a time. */
const columnsAtATime = 2000;

/** Rows to compare by some of their columns. */
export interface ComparedRows {
  readonly label: TableColumn;
  readonly test: TableFiles | undefined;
  readonly used: readonly TableColumn[];
}

/** Rows whose used columns are all the same, by a hash of 64 bits: what `countLeaked` counts, in SQL. */
export async function sameRows(
  db: DuckDB,
  files: TableFiles,
  { label, test, used }: ComparedRows,
): Promise<Repetition> {
  const hashed = (table: TableFiles, split: "train" | "test"): Promise<string> =>
    rowHashes(db, table, { label, used, split });
  const train = await hashed(files, "train");
  const held = test && (await hashed(test, "test"));
  const all = held === undefined ? train : `${train} UNION ALL ${held}`;
  const grouped = `SELECT count(*) AS n, count(*) FILTER (split = 'train') AS trained, min(l) <> max(l) AS differs FROM (${all}) GROUP BY h HAVING n > 1`;
  const [row] = await db.rows(
    `SELECT sum(greatest(trained - 1, 0))::DOUBLE AS repeats, (sum(n) FILTER (differs))::DOUBLE AS conflicts FROM (${grouped})`,
  );
  const leak = `SELECT count(*) FROM (${held ?? train}) SEMI JOIN (${train}) USING (h, l)`;
  const [both] =
    held === undefined
      ? []
      : await db.rows(
          `SELECT (${leak})::DOUBLE AS leaked, (SELECT count(*) FROM (${held}))::DOUBLE AS tested`,
        );
  const count = (value: unknown): number => Number(value ?? 0);
  return {
    ...{ repeats: count(row?.["repeats"]), conflicts: count(row?.["conflicts"]) },
    ...{ leaked: count(both?.["leaked"]), tested: count(both?.["tested"]) },
  };
}

/** SQL: each row's hash h of the used columns, hash l of its class, and split; very wide rows are hashed in parts first. */
async function rowHashes(
  db: DuckDB,
  table: TableFiles,
  { label, used, split }: Omit<ComparedRows, "test"> & { readonly split: "train" | "test" },
): Promise<string> {
  const there = new Map(table.columns.map((column) => [column.name, column]));
  const columns = used.map(({ name }) => there.get(name) ?? columnNamed(table, name));
  const className = `hash(${labelSql(columnNamed(table, label.name))}) AS l, '${split}' AS split`;
  if (columns.length <= columnsAtATime)
    return `SELECT ${hashOf(columns)} AS h, ${className} FROM ${table.relation}`;
  const parts: string[] = [];
  for (let i = 0; i < columns.length; i += columnsAtATime) {
    const part = `leeway_${split}_${parts.length}`;
    const select = `SELECT ${hashOf(columns.slice(i, i + columnsAtATime))} AS h${i === 0 ? `, ${className}` : ""} FROM ${table.relation}`;
    await db.run(`CREATE TEMP TABLE ${part} AS ${select}`); // in the rows' order
    parts.push(part);
  }
  const hashes = parts.map((part) => `${part}.h`).join(", ");
  return `SELECT hash(${hashes}) AS h, l, split FROM ${parts.join(" POSITIONAL JOIN ")}`;
}

/** One expression of lists: DuckDB plans many columns in a time that grows with their square. */
function hashOf(columns: readonly TableColumn[]): string {
  const lists = (["number", "text"] as const).map((type) =>
    columns.filter((column) => column.type === type).map(({ sql }) => sql),
  );
  return `hash(${lists
    .filter((list) => list.length > 0)
    .map((list) => `[${list.join(", ")}]`)
    .join(", ")})`;
}
