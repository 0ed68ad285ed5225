import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunError } from "../../errors.ts";
import { type Dialect, parseDialect } from "../files/dialect.ts";
import { decoderOf, type Encoding, notText } from "../files/encoding.ts";
import { tableFormat } from "../files/table-files.ts";
import type { PredictionInput, PreparedInput } from "./prediction-input.ts";

/** How a file is read: as requested, by default as the run's own were; JSON lines and Parquet have one encoding. */
export function inputDialect(path: string, { dialect = {}, options }: PredictionInput): Dialect {
  const trained = parseDialect(options);
  const format = tableFormat(path);
  const encoding = format === "jsonl" || format === "parquet" ? undefined : trained.encoding;
  const requested = Object.entries(dialect).filter(([, value]) => value !== undefined);
  return { ...trained, encoding, ...Object.fromEntries(requested) };
}

/**
 * Bytes as lines without their ends; empty ones at the end are left out.
 *
 * @throws RunError with code "data" for bytes in another encoding
 */
export async function stdinLines(
  bytes: AsyncIterable<Uint8Array>,
  { encoding = "utf-8" }: { readonly encoding?: Encoding | undefined } = {},
): Promise<string[]> {
  const decoder = decoderOf(encoding, { fatal: true });
  const decode = (part?: Uint8Array): string => {
    try {
      return decoder.decode(part, { stream: part !== undefined });
    } catch (cause) {
      throw notText({ path: "stdin", encoding }, cause);
    }
  };
  const lines: string[] = [];
  let rest = "";
  for await (const part of bytes) {
    const found = (rest + decode(part)).split(/\r?\n/);
    rest = found.pop()!; // there is one
    for (const line of found) lines.push(line);
  }
  lines.push(rest + decode());
  while (lines.at(-1) === "") lines.pop();
  return lines;
}

/**
 * Lines of CSV with a header, or of JSON, as a file that is there while `work` reads it, since tables are read from
 * files.
 *
 * @throws RunError of `work`, with "stdin" where it named the file
 */
export async function asTableFile<T>(
  lines: readonly string[],
  work: (path: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "leeway-stdin-"));
  const path = join(folder, lines[0]?.trimStart().startsWith("{") ? "stdin.jsonl" : "stdin.csv");
  try {
    await writeFile(path, lines.map((line) => `${line}\n`).join(""));
    return await work(path);
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    throw new RunError(error.code, error.message.replaceAll(path, "stdin"), { path: "stdin", cause: error });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Examples of a table in lines: their file is "stdin". */
export async function inputFromLines(
  lines: readonly string[],
  read: (path: string) => Promise<PreparedInput>,
): Promise<PreparedInput> {
  return asTableFile(lines, async (path) => {
    const input = await read(path);
    return {
      ...input,
      origin: (i) => ({ file: "stdin", row: input.origin(i).row }),
      notes: input.notes.map((note) => note.replaceAll(path, "stdin")),
    };
  });
}
