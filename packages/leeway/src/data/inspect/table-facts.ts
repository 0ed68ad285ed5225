import { textBuilder } from "../files/column-builders.ts";
import { scan, type TextColumn } from "../files/columns.ts";
import { type DuckDB, withDuckDB } from "../files/duckdb.ts";
import { hasTies, readTies } from "../custom/read-ties.ts";
import { readWeights } from "../custom/read-weights.ts";
import { type RelatedColumn, relatedColumns } from "../custom/related-columns.ts";
import { countingIds, type Examples } from "../examples.ts";
import type { ColumnRole } from "../tables/column-detection.ts";
import { bareExamples, countFindings, splitFindings, weightFindings } from "./split-findings.ts";
import { areNoClasses, inLabelOrder, labelColumn, labelSql } from "../files/labels.ts";
import type { CustomData } from "../../catalogue/index.ts";
import { tableFault } from "../files/table-error.ts";
import { columnNamed, findTable, type TableColumn, type TableFiles } from "../files/table-files.ts";
import { columnFacts } from "../tables/column-facts.ts";
import {
  columnRoles,
  listNotes,
  roleNotes,
  type TableOptions,
  tableOptions,
} from "../tables/column-roles.ts";
import type { DataFacts } from "./data-facts.ts";
import { sameRows } from "./row-copies.ts";
import { columnFindings } from "./telling-columns.ts";
import { contentFindings, type Finding, labelFindings } from "./findings.ts";

/** Looks at a table where it lies: counts and hashes, never its rows in memory. */
export async function tableFacts(name: string, source: CustomData): Promise<DataFacts> {
  const options = tableOptions(source);
  return withDuckDB(async (db) => {
    const files = await findTable(db, source.paths, options.dialect);
    const test = source.testPaths && (await findTable(db, source.testPaths, options.dialect));
    try {
      const label = labelColumn(files, source.label);
      const roles = columnRoles(files, await columnFacts(db, files), { label: label.name, options });
      const used = roles.filter(({ role }) => role !== "ignored");
      const related = await relatedColumns(source);
      const classes = await classesOf(db, files, label);
      const counts = countsOf(classes);
      const testCounts = test && countsOf(await classesOf(db, test, columnNamed(test, label.name)));
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
      const sentences = [...files.notes, ...roleNotes(roles), ...listNotes(files, options)];
      const notes = sentences.map((message): Finding => ({ about: "column", message }));
      return {
        ...facts,
        findings: [
          ...labelColumnFindings(label, counts, options),
          ...labelFindings(facts),
          ...contentFindings(
            await sameRows(db, files, { label, test, used: used.map(({ facts: each }) => each.column) }),
          ),
          ...related.map(({ kind, message }): Finding => ({ about: kind, message })),
          ...(await splitsOf(source, facts, classes)),
          ...(await weightsOf(source, facts, classes)),
          ...(await columnFindings(db, files, { used: used.filter(isNoGroup(related)), classes })),
          ...notes,
        ],
      };
    } catch (error) {
      throw tableFault(error, files.paths);
    }
  });
}

/** A group tells the class because its rows are alike: that is no leak that leaving it out would mend. */
function isNoGroup(related: readonly RelatedColumn[]): (role: ColumnRole) => boolean {
  const groups = related.filter(({ kind }) => kind === "group").map(({ name }) => name);
  return ({ facts }) => !groups.includes(facts.column.name);
}

/** What training would hold out. */
async function splitsOf(
  source: CustomData,
  facts: Omit<DataFacts, "findings">,
  classes: TextColumn,
): Promise<Finding[]> {
  const { trainCounts } = facts;
  const isValidated = source.validationPaths !== undefined;
  if (trainCounts.filter((count) => count > 0).length < 2 || trainCounts.includes(0)) return [];
  if (!hasTies(source.options)) return countFindings(facts, { isValidated });
  const train = labelled(facts, classes);
  const ties = await readTies(source, {});
  const test = facts.testCounts && bareExamples({ ...train, ...bareOfCounts(facts.testCounts) });
  return splitFindings({ train, test, ...(ties && { ties: { train: ties.train } }) }, { isValidated });
}

/** What the training rows weigh. */
async function weightsOf(
  source: CustomData,
  facts: Omit<DataFacts, "findings">,
  classes: TextColumn,
): Promise<Finding[]> {
  if (source.options?.["weight"] === undefined) return [];
  const train = labelled(facts, classes);
  return weightFindings(train, await readWeights(source, train));
}

/** The rows that have a class. */
function labelled(
  { name, classNames }: Omit<DataFacts, "findings">,
  { codes, distinct }: TextColumn,
): Examples {
  const ids = Uint32Array.from(codes.keys()).filter((row) => codes[row]! >= 0);
  const labelOf = distinct.map((each) => classNames.indexOf(each));
  const labels = Int32Array.from(ids, (row) => labelOf[codes[row]!]!); // a row with a class
  return bareExamples({ name, classNames, labels, ids });
}

/** Labels of so many examples of each class. */
function bareOfCounts(counts: readonly number[]): Pick<Examples, "labels" | "ids"> {
  const labels = Int32Array.from(counts.flatMap((count, j) => new Array<number>(count).fill(j)));
  return { labels, ids: countingIds(labels.length) };
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

/** The class of each row, as it stands there. */
async function classesOf(db: DuckDB, files: TableFiles, label: TableColumn): Promise<TextColumn> {
  const builder = textBuilder(label.name, labelSql(label));
  await scan(db, files, [builder]);
  return builder.finish() as TextColumn; // made of text
}

function countsOf({ codes, distinct, missing }: TextColumn): Map<string | null, number> {
  const counts = new Float64Array(distinct.length);
  for (const code of codes) if (code >= 0) counts[code]!++; // a place
  const named = distinct.map((name, code): [string | null, number] => [name, counts[code]!]); // as many
  return new Map(missing > 0 ? [...named, [null, missing]] : named);
}
