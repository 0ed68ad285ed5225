import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import type { CustomData } from "../../../src/catalogue/index.ts";
import { withDuckDB } from "../../../src/data/index.ts";
import { RunError } from "../../../src/errors.ts";

/** A folder for the files of a test file's tables, removed at its end. */
export function tableFolder(): {
  /** Writes a file. @returns its path */
  readonly file: (name: string, content: string | Uint8Array) => string;
  /** Writes a Parquet file from a SELECT. @returns its path */
  readonly parquet: (name: string, select: string) => Promise<string>;
  readonly path: string;
} {
  const path = mkdtempSync(join(tmpdir(), "leeway-tables-"));
  afterAll(() => {
    rmSync(path, { recursive: true });
  });
  return {
    path,
    file: (name, content) => {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), content);
      return join(path, name);
    },
    parquet: async (name, select) => {
      const target = join(path, name);
      await withDuckDB((db) => db.run(`COPY (${select}) TO '${target}' (FORMAT parquet)`));
      return target;
    },
  };
}

/** A table as own data. */
export function table(path: string, more: Partial<CustomData> = {}): CustomData {
  return { kind: "table", paths: [path], ...more };
}

/** The message of the RunError with code "data" that a promise ends with. */
export async function dataFault(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (error instanceof RunError && error.code === "data") return error.message;
  throw new Error(`expected a RunError with code "data", got ${String(error)}`);
}
