import { stat } from "node:fs/promises";
import { arffRows } from "./arff-rows.ts";
import { readable } from "./bounded-read.ts";
import { type Dialect, spaces } from "./dialect.ts";
import { webDecoder } from "./encoding.ts";
import { fileError } from "./file-error.ts";
import { type Contents, contentsOf } from "./packed.ts";
import { copyOf } from "./table-copies.ts";
import { type Layout, readLayout } from "./table-header.ts";
import { lineSplitter, valuesIn } from "./text-lines.ts";
import { surveyText, type TextSurvey } from "./text-survey.ts";
import { xlsxRows } from "./xlsx-rows.ts";

/** A table file that DuckDB reads as it is: the file itself, or a copy of it in a plain form. */
export interface ReadableTable {
  readonly path: string;
  readonly format: "csv" | "jsonl" | "parquet";
  /** What DuckDB opens. */
  readonly source: string;
  readonly isGzip: boolean;
  /** Of CSV. */
  readonly layout?: Layout;
  readonly notes: readonly string[];
}

/** What was found of files in this process, by their places, sizes and times: a command looks at a file several times. */
const found = new Map<string, Promise<ReadableTable>>();

/**
 * Makes a table file readable. CSV in UTF-8 with line ends of one kind, JSON lines (both also as gzip) and Parquet are
 * read where they lie. Of anything else DuckDB gets a copy as CSV in UTF-8: other encodings, mixed line ends, comments,
 * spaces as delimiter, .xlsx, ARFF and what lies in zip or bzip2.
 *
 * @throws RunError with code "data" that names the file
 */
export async function readableTable(path: string, dialect: Dialect): Promise<ReadableTable> {
  const { ino, size, mtimeMs } = await readable(path, stat(path));
  const key = JSON.stringify([path, ino, size, mtimeMs, dialect]);
  const known = found.get(key) ?? made(path, dialect);
  found.set(key, known);
  known.catch(() => found.delete(key));
  return known;
}

async function made(path: string, dialect: Dialect): Promise<ReadableTable> {
  const contents = await contentsOf(path);
  const { packing } = contents;
  const format = await formatOf(contents);
  const isGzip = packing === "gzip";
  const kept = { path, source: path, isGzip, notes: [] };
  if (format === "xlsx") return fromRows(path, await xlsxRows(path, dialect), dialect);
  if (format === "arff") return fromRows(path, await arffRows(contents, dialect), dialect);
  if (format === "csv") return readableText(contents, dialect);
  const { encoding } = dialect;
  if (encoding !== undefined && encoding !== "utf-8") {
    const advice = "Leave --encoding out; save the file as UTF-8 if it is not.";
    throw fileError(path, { expected: `UTF-8, as ${format} always is`, got: encoding, advice });
  }
  if (packing === "none" || (isGzip && format === "jsonl")) return { ...kept, format };
  const copy = await copyOf(path, contents.bytes(), `.${format}`);
  return { ...kept, format, source: copy, isGzip: false };
}

/** What a file holds, by its ending, and by its first bytes where that says nothing. */
async function formatOf({ name, bytes }: Contents): Promise<"csv" | "jsonl" | "parquet" | "xlsx" | "arff"> {
  const ending = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  if (["csv", "tsv", "tab"].includes(ending)) return "csv";
  if (["jsonl", "ndjson", "json"].includes(ending)) return "jsonl";
  if (["parquet", "pq"].includes(ending)) return "parquet";
  if (ending === "arff") return "arff";
  if (ending === "xlsx" || ending === "xlsm") return "xlsx";
  for await (const part of bytes()) {
    const start = part.toString("latin1", 0, 4096);
    if (start.startsWith("PAR1")) return "parquet";
    if (/^\s*(%[^\n]*\n\s*)*@relation\b/i.test(start)) return "arff";
    return /^(\u00ef\u00bb\u00bf)?\s*\{\s*"/.test(start) ? "jsonl" : "csv";
  }
  return "csv";
}

async function readableText(contents: Contents, dialect: Dialect): Promise<ReadableTable> {
  const { path, packing, name } = contents;
  const survey = await surveyText(contents, dialect.encoding);
  const layout = readLayout(path, startOf(survey), {
    ...dialect,
    ...(dialect.delimiter === undefined && /\.(tsv|tab)$/i.test(name) && { delimiter: "\t" }),
  });
  const notes = survey.note === undefined ? [] : [survey.note];
  const isPlain = survey.decoder === "utf-8" && !survey.mixedEnds && dialect.comment === undefined;
  if (isPlain && layout.delimiter !== spaces && (packing === "none" || packing === "gzip"))
    return { path, format: "csv", source: path, isGzip: packing === "gzip", layout, notes };
  const source = await copyOf(path, plainLines(contents, { layout, survey, dialect }), ".csv");
  const written = layout.delimiter === spaces ? { ...layout, delimiter: ",", quote: '"' } : layout;
  return { path, format: "csv", source, isGzip: false, layout: written, notes };
}

/** As much of the first bytes as a header and some lines need. */
function startOf({ decoder, start }: TextSurvey): string {
  const text = webDecoder(decoder, { fatal: false }).decode(start, { stream: true });
  const first = text.search(/[\r\n]/);
  const enough = text.slice(0, Math.max(1 << 16, 40 * (first + 1)));
  const last = Math.max(enough.lastIndexOf("\n"), enough.lastIndexOf("\r"));
  // A line that is cut off would look like one of fewer values.
  return enough.length < text.length && last > 0 ? enough.slice(0, last + 1) : enough;
}

interface Rewriting {
  readonly layout: Layout;
  readonly survey: TextSurvey;
  readonly dialect: Dialect;
}

/** The lines of a text in UTF-8 with LF at their ends; comments are empty lines, so that lines keep their numbers. */
async function* plainLines(
  contents: Contents,
  { layout, survey: { decoder }, dialect: { comment } }: Rewriting,
): AsyncGenerator<string, void, undefined> {
  const decode = webDecoder(decoder, { fatal: false });
  const splitter = lineSplitter(layout);
  let line = 0;
  const written = (lines: readonly string[]): string =>
    lines
      .map((each) => {
        const isLeftOut = ++line <= layout.skip || (comment !== undefined && each.startsWith(comment));
        if (isLeftOut) return "\n";
        return layout.delimiter === spaces ? csvLine(valuesIn(each, layout)) : `${each}\n`;
      })
      .join("");
  for await (const part of contents.bytes())
    yield written(splitter.push(decode.decode(part, { stream: true })));
  yield written([...splitter.push(decode.decode()), ...splitter.end()]);
}

/** A table of rows that were read from another format than text. */
export interface Rows {
  readonly rows: AsyncIterable<readonly string[]>;
  readonly notes: readonly string[];
}

async function fromRows(path: string, { rows, notes }: Rows, dialect: Dialect): Promise<ReadableTable> {
  let header = "";
  const lines = async function* (): AsyncGenerator<string, void, undefined> {
    for await (const row of rows) {
      const line = csvLine(row);
      if (header === "") header = line;
      yield line;
    }
  };
  const source = await copyOf(path, lines(), ".csv");
  const layout = readLayout(path, header, { header: dialect.header, delimiter: ",", quote: '"' });
  return { path, format: "csv", source, isGzip: false, layout, notes };
}

/** A line of CSV. */
function csvLine(values: readonly string[]): string {
  const quoted = values.map((value) =>
    /[",\r\n]|^$/.test(value) ? (value === "" ? "" : `"${value.replaceAll('"', '""')}"`) : value,
  );
  return `${quoted.join(",")}\n`;
}
