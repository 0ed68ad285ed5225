import type { ReadTable } from "../tables/read-table.ts";
import { maxDeviations, type TableSteps } from "../../preparation/index.ts";

/** The share of rows unlike those of training that is worth a word: a few are in every table, and one among few says little. */
const [worthAWord, minRows] = [0.01, 50];

/**
 * What is to be said where many rows are unlike those of training: with a number further than ten deviations from its
 * mean there, or a category that it had not. No estimate of frequencies sees that.
 */
export function unlikeRowsNote(
  { table, rows }: Pick<ReadTable, "table" | "rows">,
  { numeric, categorical }: TableSteps,
): string[] {
  const unlike = new Uint8Array(rows);
  table.numeric.forEach(({ values }, f) => {
    const { mean, std } = numeric[f]!; // as many as steps
    for (let i = 0; i < rows; i++) if (Math.abs(values[i]! - mean) > maxDeviations * std) unlike[i] = 1;
  });
  table.categorical.forEach(({ codes, distinct }, g) => {
    const known = new Set(categorical[g]!.categories); // likewise
    const strange = distinct.map((category) => !known.has(category));
    for (let i = 0; i < rows; i++) if (strange[codes[i]!] === true) unlike[i] = 1;
  });
  const count = unlike.reduce((sum, each) => sum + each, 0);
  if (rows < minRows || count <= worthAWord * rows) return [];
  const share = ((100 * count) / rows).toFixed(1);
  return [
    `${count} of ${rows} rows (${share} %) are unlike those of training: with a number more than ${maxDeviations} deviations from the mean, or a category that training had not. What is predicted of them is uncertain, and frequencies estimated with them are too`,
  ];
}
