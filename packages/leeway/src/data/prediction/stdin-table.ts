import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunError } from "../../errors.ts";

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
