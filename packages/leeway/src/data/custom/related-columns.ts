import { columnsOf } from "./read-ties.ts";
import type { CustomData } from "../../catalogue/index.ts";
import { isFolder } from "../files/bounded-read.ts";
import { parseDialect } from "../files/dialect.ts";
import { type DuckDB, sqlName, withDuckDB } from "../files/duckdb.ts";
import { findLabelColumn, labelSql } from "../files/labels.ts";
import { tableFault } from "../files/table-error.ts";
import { findTable, type TableColumn, type TableFiles } from "../files/table-files.ts";
import { dateOf } from "../files/times.ts";

/** A column that says which rows of a table belong together, or when they were. */
export interface RelatedColumn {
  readonly name: string;
  readonly kind: "group" | "time";
  /** A sentence without a full stop. */
  readonly message: string;
}

/** Names of ids: patient_id, userId, subject, case number. */
const idName =
  /(^|[_ .-])(id|ids|uuid|guid)$|[a-z]I[dD]$|^(patient|subject|person|user|customer|client|account|session|participant|student|speaker|author|device|household|family|animal|donor|slide|video|card|machine|vehicle)([_ .-]?(no|nr|num|number|code|key|name))?$/i;
/** Names of numbers that are times. */
const timeName =
  /^(time|timestamp|ts|date|datetime|epoch|unix_?time|(created|updated|event|transaction)(_?(at|on|time|date|ts))?)$/i;
/** Dates of something else than the row. */
const otherDate = /birth|dob|born/i;
/** P001, user-17: letters and a number. */
const code = /^[A-Za-z]{1,12}[-_ .]?\d{1,12}$/;

/** Rows and values that are looked at to tell what columns hold; of more columns only those with a telling name. */
const sample = { rows: 1000, values: 100_000, columns: 300 };
/** Columns that are counted. */
const maxCounted = 12;

/**
 * Looks for columns that question a random split: ids that repeat and whose rows are of one class, and times. Nothing is
 * said of what options name already.
 */
export async function relatedColumns({
  kind,
  paths,
  testPaths,
  label,
  options = {},
}: CustomData): Promise<RelatedColumn[]> {
  const { group, time, weight, labels, pathColumn, text, vector } = options;
  const table = await columnsOf(paths, typeof labels === "string" ? labels : undefined);
  const [path = ""] = table;
  if (/\.(npy|npz|safetensors)$/i.test(path) || (await isFolder(path))) return [];
  return withDuckDB(async (db) => {
    const files = await findTable(db, table, parseDialect(options));
    const classes =
      findLabelColumn(files, label) ?? (files.columns.length === 1 ? files.columns[0] : undefined);
    if (classes === undefined) return [];
    const known = [classes.name, group, time, weight, pathColumn, text, vector];
    const columns = files.columns.filter(
      ({ name, type }) =>
        type !== "vector" && !known.includes(name) && !(kind === "image" && /path|file|image/i.test(name)),
    );
    try {
      const looks = await lookedAt(db, files, columns);
      return [
        ...(time === undefined && testPaths === undefined ? timesAmong(looks) : []),
        ...(group === undefined ? await groupsAmong(db, files, { looks, classes }) : []),
      ];
    } catch (error) {
      throw tableFault(error, files.paths);
    }
  });
}

/** A column and the first of its values that are there. */
interface Look {
  readonly column: TableColumn;
  readonly values: readonly string[];
}

async function lookedAt(
  db: DuckDB,
  { relation }: TableFiles,
  columns: readonly TableColumn[],
): Promise<Look[]> {
  const wanted =
    columns.length <= sample.columns
      ? columns
      : columns.filter(({ name }) => idName.test(name) || timeName.test(name));
  if (wanted.length === 0) return [];
  const selected = wanted.map(({ sql }, i) => `CAST(${sql} AS VARCHAR) AS ${sqlName(`c${i}`)}`);
  const limit = Math.max(20, Math.min(sample.rows, Math.floor(sample.values / wanted.length)));
  const rows = await db.rows(`SELECT ${selected.join(", ")} FROM ${relation} LIMIT ${limit}`);
  return wanted.map((column, i) => ({
    column,
    values: rows.map((row) => row[`c${i}`]).filter((value): value is string => typeof value === "string"),
  }));
}

const yearLasts = ["dmy", "mdy"] as const;

function timesAmong(looks: readonly Look[]): RelatedColumn[] {
  const [first, ...others] = looks.filter(({ column: { name }, values }) => {
    if (otherDate.test(name) || new Set(values).size < 3) return false;
    const areNumbers = values.every((value) => Number.isFinite(Number(value)));
    if (areNumbers) return timeName.test(name);
    const isDate = (value: string): boolean => yearLasts.some((order) => !Number.isNaN(dateOf(value, order)));
    return values.every(isDate);
  });
  if (first === undefined) return [];
  const { name } = first.column;
  const more =
    others.length === 0 ? "" : ` (and ${others.map(({ column }) => `"${column.name}"`).join(", ")})`;
  const message = `column "${name}"${more} says when rows were: if later rows are to be predicted from earlier ones, a random split is too good; --time ${shellName(name)} tests on the last part`;
  return [{ name, kind: "time", message }];
}

async function groupsAmong(
  db: DuckDB,
  files: TableFiles,
  { looks, classes }: { readonly looks: readonly Look[]; readonly classes: TableColumn },
): Promise<RelatedColumn[]> {
  const able = looks.filter(
    ({ column: { name }, values }) =>
      idName.test(name) || (values.length >= 20 && values.every((value) => code.test(value))),
  );
  const found: RelatedColumn[] = [];
  for (const { column } of able.slice(0, maxCounted)) {
    const counted = await groupsOf(db, files, { column, classes });
    if (counted.groups < minGroups || counted.rows < minRepeats * counted.groups) continue;
    const isNamed = idName.test(column.name);
    if (counted.alike < (isNamed ? 0.3 : 0.8)) continue;
    const { name } = column;
    const [rows, groups] = [counted.rows, counted.groups].map((count) => count.toLocaleString("en-US"));
    const mostly = counted.pure === counted.groups ? "" : "mostly ";
    found.push({
      name,
      kind: "group",
      message: `column "${name}" has ${groups!} values in ${rows!} rows, those of one value ${mostly}of one class: a random split puts some of them on both sides, whether the column is used or not; --group ${shellName(name)} keeps them together`,
    });
  }
  return found;
}

/** Fewer values are classes of something. */
const minGroups = 10;
/** Rows a value on average. */
const minRepeats = 1.5;

interface CountedGroups {
  readonly groups: number;
  readonly rows: number;
  /** Groups of a single class. */
  readonly pure: number;
  /** How much more often two rows of a group are of one class than two of all rows: 0 for as often, 1 for always. */
  readonly alike: number;
}

async function groupsOf(
  db: DuckDB,
  { relation }: TableFiles,
  { column, classes }: { readonly column: TableColumn; readonly classes: TableColumn },
): Promise<CountedGroups> {
  const pairs = `SELECT ${labelSql(column)} AS v, ${labelSql(classes)} AS l, count(*)::DOUBLE AS c FROM ${relation} GROUP BY 1, 2`;
  const whole = `SELECT v, l, c FROM (${pairs}) WHERE v IS NOT NULL AND l IS NOT NULL`;
  const groups = `SELECT sum(c) AS t, max(c) AS m, sum(c * c) AS s FROM (${whole}) GROUP BY v`;
  const [row = {}] = await db.rows(
    `SELECT count(*)::DOUBLE AS groups, sum(t) AS n, sum(t * (t - 1)) AS pairs, sum(s - t) AS same, ` +
      `count(*) FILTER (m = t)::DOUBLE AS pure FROM (${groups})`,
  );
  const of = (name: string): number => Number(row[name] ?? 0);
  const [{ square = 0 } = {}] = await db.rows(
    `SELECT sum(t * t) AS square FROM (SELECT sum(c) AS t FROM (${whole}) GROUP BY l)`,
  );
  const byChance = Number(square) / of("n") ** 2;
  const together = of("pairs") === 0 ? 0 : of("same") / of("pairs");
  return {
    groups: of("groups"),
    rows: of("n"),
    pure: of("pure"),
    alike: (together - byChance) / (1 - byChance),
  };
}

/** A column's name as a shell takes it. */
function shellName(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}
