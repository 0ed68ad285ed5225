import { basename } from "node:path";
import { expected } from "../../errors.ts";
import { isFolder } from "../files/bounded-read.ts";
import { parseDialect } from "../files/dialect.ts";
import { parseEncoding } from "../files/encoding.ts";
import { type Columns, readColumns, textAt, type TextColumn } from "../files/columns.ts";
import { fileError, originText, rowError } from "../files/file-error.ts";
import { labelColumn, labelsAmong, labelsOf, unlabelledRule } from "../files/labels.ts";
import type { CustomData } from "../../catalogue/index.ts";
import { withDuckDB } from "../files/duckdb.ts";
import type { Source } from "../source.ts";
import { columnNamed, findTable } from "../files/table-files.ts";
import { readTextFolder, type TextSplits } from "./text-folder.ts";
import { emptyTextsNote, type TextExamples, textExamples, textSource } from "./text-source.ts";

const defaultTextColumn = "text";

/**
 * Reads custom texts: a folder with a folder of .txt files for each class, or CSV, TSV, JSONL and Parquet files with
 * a column of texts (`text`, or what the option `text` names) and one of labels, see {@link labelColumn}.
 */
export async function openTexts(data: CustomData): Promise<Source> {
  return textSource(await readTexts(data));
}

async function readTexts(data: CustomData): Promise<TextSplits> {
  const [first, ...more] = data.paths;
  if (first === undefined) throw expected("openCustomData", "paths", "to name at least one file", data.paths);
  const name = basename(first);
  if (more.length === 0 && (await isFolder(first))) {
    await requireFolders(data);
    return readTextFolder(first, name, { ...data, encoding: parseEncoding(data.options?.["encoding"]) });
  }
  const unlabelled = unlabelledRule(data.options);
  const read = await readTable(data.paths, data);
  const { classNames, ...found } = labelsOf(read.label, { origin: read.origin, unlabelled });
  const train = textExamples({ name, classNames, ...textsOf(read, found) });
  const notes = notesOf(read, found);
  const held = async (paths: readonly string[] | undefined): Promise<TextExamples | null> => {
    if (paths === undefined) return null;
    const rows = await readTable(paths, data);
    const its = labelsAmong(rows.label, classNames, { origin: rows.origin, unlabelled });
    notes.push(...notesOf(rows, its));
    return textExamples({ name, classNames, ...textsOf(rows, its) });
  };
  const [test, validation] = [await held(data.testPaths), await held(data.validationPaths)];
  return { train, test, validation, notes };
}

/** Refuses other splits of a folder that are no folders. */
async function requireFolders({ testPaths, validationPaths }: CustomData): Promise<void> {
  for (const [field, list] of Object.entries({ testPaths, validationPaths })) {
    if (list === undefined || (list.length === 1 && (await isFolder(list[0]!)))) continue; // of one
    const advice = "Name the folder that has the classes' folders.";
    throw expected("openCustomData", field, "to be one folder, as the data is", list, advice);
  }
}

function textsOf(
  { texts, origin }: Rows,
  { labels, rows }: Pick<ReturnType<typeof labelsAmong>, "labels" | "rows">,
): Pick<TextExamples, "texts" | "labels" | "ids"> {
  return { texts: Array.from(rows, (row) => textOf(texts, row, origin)), labels, ids: rows };
}

function notesOf(
  { texts, origin, notes }: Rows,
  found: Pick<ReturnType<typeof labelsAmong>, "rows" | "notes">,
): string[] {
  const empty = found.rows.filter((row) => textAt(texts, row)?.trim() === "");
  const [first] = empty;
  const words = first === undefined ? [] : emptyTextsNote(empty.length, originText(origin(first)));
  return [...notes, ...found.notes, ...words];
}

/** The two columns of a table. */
interface Rows {
  readonly texts: TextColumn;
  readonly label: TextColumn;
  readonly origin: Columns["origin"];
  readonly notes: readonly string[];
}

async function readTable(paths: readonly string[], { label, options = {} }: CustomData): Promise<Rows> {
  const { text = defaultTextColumn } = options;
  if (typeof text !== "string") throw expected("openCustomData", "options.text", "to name a column", text);
  const dialect = parseDialect(options);
  const found = await withDuckDB(async (db) => {
    const files = await findTable(db, paths, dialect);
    return { label: labelColumn(files, label).name, text: columnNamed(files, text).name, notes: files.notes };
  });
  if (found.text === found.label) {
    throw expected(
      "openCustomData",
      "options.text",
      "to be another column than the label",
      text,
      "Name both columns.",
    );
  }
  const table = await readColumns(paths, {
    columns: { [found.text]: "text", [found.label]: "text" },
    ...dialect,
  });
  const { rows, columns, origin } = table;
  if (rows === 0) {
    throw fileError(paths[0] ?? "table", { expected: "rows with a text and a label", got: "none" });
  }
  // Both were requested as text.
  const [texts, labels] = [columns.get(found.text) as TextColumn, columns.get(found.label) as TextColumn];
  return { texts, label: labels, origin, notes: found.notes };
}

/** A row's text; a row without one is an error that names it and counts the others. */
function textOf(column: TextColumn, row: number, origin: Columns["origin"]): string {
  const text = textAt(column, row);
  if (text !== undefined) return text;
  const got = column.missing === 1 ? "nothing" : `nothing, as in ${column.missing} rows in all`;
  const advice = "Fill it in, or take the row out.";
  throw rowError(origin(row), { expected: `a text in column "${column.name}"`, got, advice });
}
