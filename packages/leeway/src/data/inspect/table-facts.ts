import { type DuckDB, sqlText, withDuckDB } from "../files/duckdb.ts";
import { areNoClasses, inLabelOrder, labelColumn, labelSql } from "../files/labels.ts";
import type { CustomData } from "../../catalogue/index.ts";
import { tableFault } from "../files/table-error.ts";
import { columnNamed, findTable, type TableColumn, type TableFiles } from "../files/table-files.ts";
import { type ColumnFacts, columnFacts, numberSql } from "../tables/column-facts.ts";
import { columnRoles, listNotes, type TableOptions, tableOptions } from "../tables/column-roles.ts";
import type { DataFacts } from "./data-facts.ts";
import { contentFindings, type Finding, labelFindings, type Repetition } from "./findings.ts";

/** Columns with more different values than this are not looked at for leaks by value. */
const fewValues = 1000;

/** A value of fewer rows than this tells nothing: seen once, it always goes with one class. */
const minRows = 5;

/** Looks at a table where it lies: counts and hashes, never its rows in memory. */
export async function tableFacts(name: string, source: CustomData): Promise<DataFacts> {
  const options = tableOptions(source);
  return withDuckDB(async (db) => {
    const files = await findTable(db, source.paths, options.dialect);
    const test = source.testPaths && (await findTable(db, source.testPaths, options.dialect));
    try {
      const label = labelColumn(files, source.label);
      const roles = columnRoles(files, await columnFacts(db, files), { label: label.name, options });
      const used = roles.filter(({ role }) => role !== "ignored").map(({ facts }) => facts);
      const counts = await labelCounts(db, files, label);
      const testCounts = test && (await labelCounts(db, test, columnNamed(test, label.name)));
      const classNames = inLabelOrder(
        [...new Set([...counts.keys(), ...(testCounts?.keys() ?? [])])].filter((each) => each !== null),
      );
      const of = (map: ReadonlyMap<string | null, number>): number[] =>
        classNames.map((each) => map.get(each) ?? 0);
      const facts = {
        name,
        kind: "table" as const,
        classNames,
        trainCounts: of(counts),
        testCounts: testCounts ? of(testCounts) : null,
      };
      const sentences = [
        ...files.notes,
        ...roles.flatMap(({ note }) => note ?? []),
        ...listNotes(files, options),
      ];
      const notes = sentences.map((message): Finding => ({ about: "column", message }));
      return {
        ...facts,
        findings: [
          ...labelColumnFindings(label, counts, options),
          ...labelFindings(facts),
          ...contentFindings(
            await sameRows(db, files, { label, test, used: used.map(({ column }) => column) }),
          ),
          ...(await columnFindings(db, files, { label, used, counts })),
          ...notes,
        ],
      };
    } catch (error) {
      throw tableFault(error, files.paths);
    }
  });
}

/** What training would refuse of the column of classes. */
function labelColumnFindings(
  { name }: TableColumn,
  counts: ReadonlyMap<string | null, number>,
  { unlabelled }: Pick<TableOptions, "unlabelled">,
): Finding[] {
  const without = counts.get(null) ?? 0;
  const rows = [...counts.values()].reduce((sum, n) => sum + n, 0);
  const values = counts.size - (counts.has(null) ? 1 : 0);
  const findings: Finding[] = [];
  if (without > 0)
    findings.push({
      about: unlabelled === "skip" ? "reading" : "missing-label",
      message: `${without} ${without === 1 ? "row has" : "rows have"} no class${unlabelled === "skip" ? " and are left out" : `: --unlabelled skip leaves ${without === 1 ? "it" : "them"} out`}`,
    });
  if (areNoClasses(values, rows)) {
    const message = `column "${name}" has ${values} different values in ${rows} rows: these are numbers or ids, not classes`;
    findings.push({ about: "no-classes", message });
  }
  return findings;
}

async function labelCounts(
  db: DuckDB,
  { relation }: TableFiles,
  label: TableColumn,
): Promise<Map<string | null, number>> {
  const rows = await db.rows(
    `SELECT ${labelSql(label)} AS l, count(*)::DOUBLE AS n FROM ${relation} GROUP BY 1 LIMIT 20000`,
  );
  return new Map(rows.map(({ l, n }) => [typeof l === "string" ? l : null, Number(n)]));
}

interface ComparedRows {
  readonly label: TableColumn;
  readonly test: TableFiles | undefined;
  readonly used: readonly TableColumn[];
}

/** Rows whose used columns are all the same, by a hash of 64 bits: what `countLeaked` counts, in SQL. */
async function sameRows(
  db: DuckDB,
  files: TableFiles,
  { label, test, used }: ComparedRows,
): Promise<Repetition> {
  const hashed = (table: TableFiles, split: "train" | "test"): string => {
    const columns = used.map(({ name }) => columnNamed(table, name).sql).join(", ");
    const className = labelSql(columnNamed(table, label.name));
    return `SELECT hash(${columns}) AS h, hash(${className}) AS l, '${split}' AS split FROM ${table.relation}`;
  };
  const train = hashed(files, "train");
  const held = test && hashed(test, "test");
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

interface LabelledColumns {
  readonly label: TableColumn;
  readonly used: readonly ColumnFacts[];
  readonly counts: ReadonlyMap<string | null, number>;
}

/** Columns that hardly change, and columns that alone (almost) give the class away. Rows without a class do not count. */
async function columnFindings(
  db: DuckDB,
  files: TableFiles,
  { label, used, counts }: LabelledColumns,
): Promise<Finding[]> {
  const relation = `(SELECT * FROM ${files.relation} WHERE ${labelSql(label)} IS NOT NULL)`;
  const ofClasses = [...counts].filter(([name]) => name !== null).map(([, n]) => n);
  const rows = ofClasses.reduce((sum, n) => sum + n, 0);
  if (rows === 0) return [];
  const commonest = Math.max(...ofClasses) / rows;
  const findings: Finding[] = [];
  for (const { column, distinct } of used.filter((each) => each.distinct <= fewValues)) {
    const pairs = `SELECT ${column.sql} AS v, ${labelSql(label)} AS l, count(*) AS c FROM ${relation} GROUP BY 1, 2`;
    const values = `SELECT sum(c) AS t, max(c) AS m FROM (${pairs}) GROUP BY v`;
    const explained = `CASE WHEN t < ${minRows} THEN t * ${commonest} ELSE m END`;
    const [row] = await db.rows(
      `SELECT sum(${explained})::DOUBLE / sum(t)::DOUBLE AS pure, max(t)::DOUBLE / sum(t)::DOUBLE AS top FROM (${values})`,
    );
    const [pure, top] = [Number(row?.["pure"] ?? 0), Number(row?.["top"] ?? 0)];
    if (top > 0.999 && distinct > 1) {
      findings.push({
        about: "column",
        message: `column "${column.name}" is nearly constant: one value in ${(100 * top).toFixed(2)} % of the rows`,
      });
    }
    if ((pure - commonest) / (1 - commonest) > 0.98) findings.push(leak(column.name));
  }
  return [...findings, ...(await correlated(db, relation, { label, used, counts }))];
}

/** Columns of many numbers that go (almost) straight with the rarest class. */
async function correlated(
  db: DuckDB,
  relation: string,
  { label, used, counts }: LabelledColumns,
): Promise<Finding[]> {
  const numbers = used.filter(({ distinct, min }) => distinct > fewValues && min !== null);
  const classes = [...counts].filter(([name]) => name !== null);
  const rarest = classes.sort((a, b) => a[1] - b[1])[0]?.[0];
  if (numbers.length === 0 || rarest === undefined || rarest === null) return [];
  const isRarest = `CASE WHEN ${labelSql(label)} = ${sqlText(rarest)} THEN 1.0 ELSE 0.0 END`;
  const selected = numbers.map(({ column }, i) => `corr(${numberSql(column)}, ${isRarest}) AS c${i}`);
  const [row = {}] = await db.rows(`SELECT ${selected.join(", ")} FROM ${relation}`);
  return numbers.flatMap(({ column }, i) =>
    Math.abs(Number(row[`c${i}`] ?? 0)) > 0.98 ? [leak(column.name)] : [],
  );
}

function leak(name: string): Finding {
  return {
    about: "leak",
    message: `column "${name}" alone gives the class away: is it known when the model is used? --ignore ${name} leaves it out`,
  };
}
