import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { once } from "node:events";
import { sqlText, withDuckDB } from "../data/index.ts";
import { RunError } from "../errors.ts";
import { keepFile } from "../storage/index.ts";
import { predictionColumns, type PredictionForm, withDistinctNames } from "./prediction-columns.ts";
import { csvHeader, csvLine, jsonLine, type PredictionRow } from "./prediction-rows.ts";

/** How predictions are written. */
export type PredictionFormat = "csv" | "jsonl" | "parquet";

/** The format that a path's ending names; undefined for another ending. */
export function formatOf(path: string): PredictionFormat | undefined {
  if (/\.csv$/i.test(path)) return "csv";
  if (/\.(jsonl|ndjson)$/i.test(path)) return "jsonl";
  return /\.parquet$/i.test(path) ? "parquet" : undefined;
}

/**
 * Writes predictions to a file, which is there whole or not at all.
 *
 * @throws RunError with code "run" if it cannot be written
 */
export async function writePredictions(
  path: string,
  rows: Iterable<PredictionRow>,
  { format, form }: { readonly format: PredictionFormat; readonly form: PredictionForm },
): Promise<void> {
  const part = `${path}.${process.pid}.part`;
  try {
    const text = format === "parquet" ? `${part}.csv` : part;
    const stream = createWriteStream(text);
    await writeText(stream, rows, { format: format === "jsonl" ? "jsonl" : "csv", form });
    stream.end();
    await once(stream, "close");
    if (format === "parquet") {
      const columns = withDistinctNames(predictionColumns(form))
        .map(({ name, type }) => `${sqlText(name)}: ${sqlText(type)}`)
        .join(", ");
      // Nothing is detected: an empty text in quotes is a text, without them nothing.
      const options = `auto_detect=false, header=true, columns={${columns}}, delim=',', quote='"', escape='"', nullstr='', allow_quoted_nulls=false, max_line_size=8388608`;
      const select = `SELECT * FROM read_csv(${sqlText(text)}, ${options})`;
      await withDuckDB((db) => db.run(`COPY (${select}) TO ${sqlText(part)} (FORMAT parquet)`));
      await rm(text);
    }
    keepFile(part, path);
  } catch (cause) {
    await Promise.all([rm(part, { force: true }), rm(`${part}.csv`, { force: true })]);
    if (cause instanceof RunError) throw cause; // it says where and what already
    const got = cause instanceof Error ? cause.message : String(cause);
    throw new RunError("run", `${path}: expected to write predictions there, got ${got}.`, { path, cause });
  }
}

/** A stream of Node, without its types: those of the package need none of Node's. */
interface TextStream {
  write(text: string): boolean;
}

/** Writes predictions as text, and waits where the reader is slow. */
export async function writeText(
  stream: TextStream,
  rows: Iterable<PredictionRow>,
  { format, form }: { readonly format: "csv" | "jsonl"; readonly form: PredictionForm },
): Promise<void> {
  if (format === "csv") stream.write(`${csvHeader(form)}\n`);
  for (const row of rows) {
    const line = format === "csv" ? csvLine(row) : jsonLine(row, form);
    if (!stream.write(`${line}\n`)) await once(stream as TextStream & NodeJS.EventEmitter, "drain");
  }
}
