import type { z } from "zod";
import { RunError } from "../errors.ts";
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
  const issue = parsed.error.issues[0]!; // zod promises at least one
  // For a field too many, zod's path ends at the object that holds it.
  const way = issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0]!] : issue.path;
  const got = way.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
  const message = `${path}: expected ${fieldAt(way)} ${wanted(issue)}, got ${shown(got)}.`;
  throw new RunError("run", message, { path, cause: parsed.error });
}

/** `recipe.schedule.decays[1].factor`, the way to a field as a program would write it. */
function fieldAt(way: readonly PropertyKey[]): string {
  const field = way.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  return field === "" ? "the record" : field.replace(/^\./, "");
}

/** What zod wanted of a field, in our words. */
function wanted(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.expected === "int" ? "to be a whole number" : `to be of type ${issue.expected}`;
    case "invalid_value":
      return `to be one of ${issue.values.map(String).join(", ")}`;
    case "unrecognized_keys":
      return "not to be there";
    case "too_small":
      return `to be ${issue.inclusive === false ? "above" : "at least"} ${issue.minimum}`;
    case "too_big":
      return `to be ${issue.inclusive === false ? "below" : "at most"} ${issue.maximum}`;
    default:
      return `to be right (${issue.message})`;
  }
}

/** A value as the message shows it: JSON, cut where it is long. */
function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number") return String(value); // JSON would write NaN as null
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
