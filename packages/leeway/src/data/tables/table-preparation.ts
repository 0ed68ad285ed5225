import type { CategoricalStep, NumericStep, TableSteps } from "../../preparation/index.ts";
import { binsOf, quantileKnots } from "./quantile-knots.ts";
import type { CategoricalColumn, NumericColumn, TableExamples } from "./read-table.ts";

/**
 * Learns means, deviations and categories from the rows of `train`.
 *
 * @param maxCategories of a column that are kept, the commonest
 */
export function learnSteps(
  train: TableExamples,
  { label, maxCategories }: { readonly label: string; readonly maxCategories: number },
): TableSteps {
  const { table, ids } = train;
  const bins = binsOf(table.numeric.length);
  return {
    kind: "table",
    version: 1,
    label,
    numeric: table.numeric.map((column) => numericStep(column, ids, bins)),
    categorical: table.categorical.map((column) => categoricalStep(column, ids, maxCategories)),
  };
}

function numericStep(
  { name, reading, origin, values }: NumericColumn,
  rows: Uint32Array,
  bins: number,
): NumericStep {
  let [there, sum] = [0, 0];
  for (const row of rows) {
    const value = values[row]!;
    if (Number.isNaN(value)) continue;
    there++;
    sum += value;
  }
  const mean = there === 0 ? 0 : sum / there;
  let squares = 0;
  for (const row of rows) {
    const value = values[row]!;
    if (!Number.isNaN(value)) squares += (value - mean) ** 2;
  }
  const std = there === 0 ? 0 : Math.sqrt(squares / there);
  // A column that is the same in all rows stays at 0 where it is so, and does not explode where it is not.
  const named = { name, ...(reading && { reading }) };
  const knots = quantileKnots(values, rows, bins);
  return {
    ...named,
    origin,
    mean,
    std: std > 1e-12 * Math.abs(mean) ? std : 1,
    indicator: there < rows.length,
    ...(knots.length > 2 && { knots }),
  };
}

function categoricalStep(
  { name, codes, distinct }: CategoricalColumn,
  rows: Uint32Array,
  maxCategories: number,
): CategoricalStep {
  const counts = new Float64Array(distinct.length + 1); // the last: missing
  for (const row of rows) counts[codes[row]! < 0 ? distinct.length : codes[row]!]!++;
  const seen = [...counts.keys()].filter((code) => counts[code]! > 0);
  seen.sort((a, b) => counts[b]! - counts[a]! || a - b);
  return { name, categories: seen.slice(0, maxCategories).map((code) => distinct[code] ?? null) };
}
