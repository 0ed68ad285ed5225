import { setTimeout } from "node:timers/promises";
import { withDuckDB } from "../../../src/data/files/duckdb.ts";
import { findTable } from "../../../src/data/files/table-files.ts";

// Reads a table of which DuckDB gets a copy, prints the copy's path, and waits if told to.
const [path = "", wait = "0"] = process.argv.slice(3);
const { relation } = await withDuckDB((db) => findTable(db, path));
console.log(/'([^']*leeway-copies-[^']*)'/.exec(relation)?.[1]);
await setTimeout(Number(wait));
