import { readFileSync } from "node:fs";
import type { CostRule } from "../../decisions/index.ts";
import { RunError } from "../../errors.ts";
import { usageError } from "../options.ts";
import { classOf } from "./parse-shares.ts";

const option = "--costs";

/**
 * Reads a matrix of costs: a CSV file whose header and first column name the classes, in any order; the rows are the true
 * classes, the columns what is decided. The first field of the header is free.
 *
 *     true,fine,fraud
 *     fine,0,1
 *     fraud,40,0
 *
 * @throws RunError with code "usage" naming the line that is wrong; with code "data" if the file cannot be read
 */
export function readCosts(path: string, classNames: readonly string[]): CostRule {
  const [header = [], ...rows] = csvRows(textOf(path));
  const decided = header.slice(1).map((name) => classOf(option, name, classNames));
  requireAll(decided, { path, where: "the header", classNames });
  const truths = rows.map(([name = ""]) => classOf(option, name, classNames));
  requireAll(truths, { path, where: "the first column", classNames });
  const costs = classNames.map(() => new Array<number>(classNames.length).fill(0));
  rows.forEach(([name = "", ...cells], i) => {
    if (cells.length !== decided.length) {
      throw usageError(option, `${decided.length} costs for ${name}, ${path}:${i + 2}`, cells.length);
    }
    cells.forEach((cell, at) => {
      const value = Number(cell);
      if (cell === "" || !Number.isFinite(value)) {
        throw usageError(
          option,
          `a number for ${name} decided as ${header[at + 1] ?? ""}, ${path}:${i + 2}`,
          cell,
        );
      }
      costs[truths[i]!]![decided[at]!] = value; // as many rows and cells
    });
  });
  return { costs };
}

function requireAll(
  classes: readonly number[],
  { path, where, classNames }: { path: string; where: string; classNames: readonly string[] },
): void {
  const missing = classNames.filter((_, j) => !classes.includes(j));
  if (missing.length > 0)
    throw usageError(
      option,
      `every class in ${where} of ${path}`,
      `none for ${missing.slice(0, 8).join(", ")}`,
    );
  if (classes.length > classNames.length)
    throw usageError(option, `every class once in ${where} of ${path}`, "one twice");
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    const got = code === "ENOENT" ? "no such file" : code;
    throw new RunError("data", `${option}: expected a CSV file of costs, got ${path}: ${got}.`, {
      path,
      cause,
    });
  }
}

/** Rows of CSV with their fields trimmed; quoted fields may hold commas and doubled quotes. Empty lines are passed over. */
function csvRows(text: string): string[][] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  return lines.map((line) =>
    [...line.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,]*))\s*(?:,|$)/g)]
      .filter((match) => match[0] !== "" || match.index < line.length)
      .map(([, quoted, plain = ""]) => quoted?.replaceAll('""', '"') ?? plain.trim()),
  );
}
