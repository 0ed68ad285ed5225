import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { once } from "node:events";
import { sqlText, withDuckDB } from "../data/index.ts";
import { RunError } from "../errors.ts";
import { keepFile } from "../storage/index.ts";
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
  { format, top }: { readonly format: PredictionFormat; readonly top: number },
): Promise<void> {
  const part = `${path}.${process.pid}.part`;
  try {
    const text = format === "parquet" ? `${part}.csv` : part;
    const stream = createWriteStream(text);
    await writeText(stream, rows, { format: format === "jsonl" ? "jsonl" : "csv", top });
    stream.end();
    await once(stream, "close");
    if (format === "parquet") {
      const select = `SELECT * FROM read_csv(${sqlText(text)}, header=true, types={'file': 'VARCHAR', 'row': 'BIGINT', ${classColumns(top)}})`;
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
  { format, top }: { readonly format: "csv" | "jsonl"; readonly top: number },
): Promise<void> {
  if (format === "csv") stream.write(`${csvHeader(top)}\n`);
  for (const row of rows) {
    const line = format === "csv" ? csvLine(row) : jsonLine(row);
    if (!stream.write(`${line}\n`)) await once(stream as TextStream & NodeJS.EventEmitter, "drain");
  }
}

/** Classes are text also where they are called 0 and 1. */
function classColumns(top: number): string {
  const names = Array.from({ length: top }, (_, i) =>
    i === 0 ? ["prediction", "probability"] : [`prediction_${i + 1}`, `probability_${i + 1}`],
  );
  return names
    .map(([name = "", probability = ""]) => `'${name}': 'VARCHAR', '${probability}': 'DOUBLE'`)
    .join(", ");
}
