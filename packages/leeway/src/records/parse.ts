import type { z } from "zod";
import { RunError, shown } from "../errors.ts";
import { schemaFault } from "../faults.ts";
import { type DecisionRecord, decisionSchema } from "./decision-record.ts";
import type { EpochRecord } from "./epoch-record.ts";
import { recordVersion, type RunRecord } from "./run-record.ts";
import { epochSchema, runSchema, summarySchema } from "./schemas.ts";
import type { Summary } from "./summary.ts";

/**
 * The record of a `run.json`.
 *
 * @param value what JSON.parse gave
 * @param path  the file it came from, for the message
 * @throws RunError with code `run` that names the first wrong field
 */
export function parseRunRecord(value: unknown, path: string): RunRecord {
  requireVersion(value, path);
  return parseWith(runSchema, value, path);
}

/** The record of one line of a `metrics.jsonl`; as {@link parseRunRecord}. */
export function parseEpochRecord(value: unknown, path: string): EpochRecord {
  return parseWith(epochSchema, value, path);
}

/** The record of a `summary.json`; as {@link parseRunRecord}. */
export function parseSummary(value: unknown, path: string): Summary {
  requireVersion(value, path);
  return parseWith(summarySchema, value, path);
}

/** The record of a `decision.json`; as {@link parseRunRecord}. */
export function parseDecision(value: unknown, path: string): DecisionRecord {
  requireVersion(value, path);
  return parseWith(decisionSchema, value, path);
}

/**
 * The records of a whole `metrics.jsonl`.
 *
 * A last line without its line end was being written when the process was killed: it is left out.
 * Any other line that is no record is an error.
 *
 * @param text the file's contents
 * @param path the file, for the message
 * @throws RunError with code `run` that names the line, counted from 1, and the field
 */
export function parseEpochRecords(text: string, path: string): EpochRecord[] {
  const lines = text.split("\n");
  // What follows the last line end: nothing in a whole file, a torn line in a file of a killed process.
  lines.pop();
  return lines.map((line, i) => parseEpochRecord(parseJson(line, `${path}:${i + 1}`), `${path}:${i + 1}`));
}

/**
 * The value of a JSON text.
 *
 * @param path the file it came from, for the message
 * @throws RunError with code `run` if the text is no JSON
 */
export function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const message = `${path}: expected JSON, got ${shown(text)}. The file is damaged; restore it or delete the run.`;
    throw new RunError("run", message, { path, cause });
  }
}

function requireVersion(value: unknown, path: string): void {
  if (typeof value !== "object" || value === null || !("version" in value)) return;
  if (value.version === recordVersion) return;
  const what = `version to be ${recordVersion}, got ${shown(value.version)}`;
  throw new RunError("run", `${path}: expected ${what}. Read it with the Leeway that wrote it.`, { path });
}

function parseWith<T>(schema: z.ZodType<T>, value: unknown, path: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const cause = schemaFault(path, parsed.error, { value });
  throw new RunError("run", cause.message, { path, cause });
}
