import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { measureNames } from "./tabular-score.mjs";

/** What was measured before; empty where there is no such file. */
export function readReport(path) {
  return path !== undefined && existsSync(path)
    ? JSON.parse(readFileSync(path, "utf8"))
    : { versions: {}, cells: [] };
}

/** Keeps what was measured so far, a cell a line. */
export function writeReport(path, { cells, ...rest }) {
  if (path === undefined) return;
  mkdirSync(dirname(path), { recursive: true });
  const head = JSON.stringify(rest, null, 2).replace(/\n\}$/, "");
  const lines = cells.map((cell) => `    ${JSON.stringify(cell)}`).join(",\n");
  writeFileSync(`${path}.part`, `${head},\n  "cells": [\n${lines}\n  ]\n}\n`);
  renameSync(`${path}.part`, path);
}

const titles = {
  averagePrecision: "average precision",
  areaUnderRoc: "AUROC",
  balancedAccuracy: "balanced accuracy",
  f1: "F1",
  accuracy: "accuracy",
  logLoss: "log loss",
  processorSeconds: "seconds of one core",
};

/** Prints a table a measure, means over seeds, with the mean rank of each tool over the tables that all tools have. */
export function printReport({ cells }) {
  const tools = [...new Set(cells.map(({ tool }) => tool))];
  const tables = [...new Set(cells.map(({ table }) => table))];
  for (const [measure, title] of Object.entries(titles)) {
    const means = tables.map((table) => tools.map((tool) => meanOf(cells, { table, tool, measure })));
    const digits = measure === "processorSeconds" ? 1 : 3;
    const rows = tables.map((table, i) => [table, ...means[i].map((value) => value?.toFixed(digits) ?? "–")]);
    const sign = measureNames[measure];
    const ranked = means.filter((row) => !row.includes(undefined));
    if (sign !== undefined && ranked.length > 0) {
      const ranks = ranked.map((row) => ranksOf(row.map((value) => -sign * value)));
      const mean = tools.map((_, t) => ranks.reduce((sum, row) => sum + row[t], 0) / ranks.length);
      rows.push(["mean rank", ...mean.map((rank) => rank.toFixed(2))]);
    }
    console.log(`\n${markdown([[title, ...tools], ...rows])}`);
  }
}

function meanOf(cells, { table, tool, measure }) {
  const values = cells
    .filter((cell) => cell.table === table && cell.tool === tool)
    .map((cell) => cell[measure]);
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The place of each value, the lowest first; equal ones share theirs. */
function ranksOf(values) {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const same = values.filter((other) => other === value).length;
    return below + (same + 1) / 2;
  });
}

function markdown(rows) {
  const widths = rows[0].map((_, c) => Math.max(...rows.map((row) => row[c].length)));
  const line = (row) =>
    `| ${row.map((cell, c) => (c === 0 ? cell.padEnd(widths[c]) : cell.padStart(widths[c]))).join(" | ")} |`;
  const rule = `| ${widths.map((width, c) => (c === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [line(rows[0]), rule, ...rows.slice(1).map(line)].join("\n");
}
