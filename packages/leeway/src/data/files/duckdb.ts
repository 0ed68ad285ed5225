import { availableParallelism, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import type { DuckDBConnection, DuckDBDataChunk } from "@duckdb/node-api";

/** A DuckDB of our own, in memory, for as long as one piece of work takes. */
export interface DuckDB {
  /** The rows of a small answer, as JSON has them: large integers and decimals are text. */
  rows(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** A large answer, some thousand rows at a time, never held as a whole. */
  chunks(sql: string): AsyncGenerator<DuckDBDataChunk, void, undefined>;
  /** For a statement without an answer. */
  run(sql: string): Promise<void>;
}

let opened = 0;

/** Bytes that this process may use: those of its container where it has a limit, else those of the machine. */
export function usableMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/** Bytes for what DuckDB keeps; what it computes with comes on top. */
function memoryLimit(): number {
  return Math.max(128 * 2 ** 20, Math.min(2 ** 30, usableMemory() / 4));
}

/**
 * Opens DuckDB, does the work and closes it again. It never downloads an extension.
 *
 * @param work what is done with it; its result is returned
 */
export async function withDuckDB<T>(work: (db: DuckDB) => Promise<T>): Promise<T> {
  // Loaded only when a table is read: it is large, and help and image runs do not need it.
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    threads: String(Math.min(4, availableParallelism())), // libtorch has its own
    memory_limit: `${Math.round(memoryLimit() / 2 ** 20)}MiB`, // what does not fit is spilled
    temp_directory: join(tmpdir(), `leeway-duckdb-${process.pid}-${opened++}`), // made only to spill, removed at the end
  });
  try {
    const connection = await instance.connect();
    try {
      return await work(duckDB(connection));
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

function duckDB(connection: DuckDBConnection): DuckDB {
  return {
    rows: async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson(),
    run: async (sql) => {
      await connection.run(sql);
    },
    chunks: async function* (sql) {
      const result = await connection.stream(sql);
      for (;;) {
        const chunk = await result.fetchChunk();
        if (chunk === null || chunk.rowCount === 0) return; // either may end an answer
        yield chunk;
      }
    },
  };
}

/** A value as SQL has it: 'it''s'. */
export function sqlText(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** A column's name as SQL has it: "a ""b""". */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
