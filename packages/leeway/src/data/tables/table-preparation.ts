import { z } from "zod";
import { numberReadingSchema } from "./number-reading.ts";
import { preparationError } from "../source.ts";
import { binsOf, quantileKnots } from "./quantile-knots.ts";
import type { CategoricalColumn, NumericColumn, TableExamples } from "./read-table.ts";

const numericSchema = z.strictObject({
  name: z.string(),
  /** How the column's values are numbers; by default as programs write them. */
  reading: numberReadingSchema.exactOptional(),
  origin: z.number(),
  mean: z.number(),
  std: z.number().positive(),
  /** Whether another input tells that the value is missing: where training had missing ones. */
  indicator: z.boolean(),
  /** The ends of bins of as many training rows each, ascending; none in older runs, and where a column has too few values. */
  knots: z.array(z.number()).readonly().exactOptional(),
});

const categoricalSchema = z.strictObject({
  name: z.string(),
  /** The commonest first; null is "missing", a category of its own where training had missing ones. */
  categories: z.array(z.string().nullable()).readonly(),
});

const schema = z.strictObject({
  kind: z.literal("table"),
  version: z.literal(1),
  /** The column of classes. */
  label: z.string(),
  numeric: z.array(numericSchema.readonly()).readonly(),
  categorical: z.array(categoricalSchema.readonly()).readonly(),
});

/** How a column of numbers becomes network input: (value - origin - mean) / std, in [-10, 10]; 0 where missing. */
export type NumericStep = Readonly<z.infer<typeof numericSchema>>;

/** How a column of categories becomes codes: 1 + the place in the list; 0 for what is not in it. */
type CategoricalStep = Readonly<z.infer<typeof categoricalSchema>>;

/** What is learned of a table's columns, from training rows alone: `preparation.json` of a run. */
export type TableSteps = Readonly<z.infer<typeof schema>>;

/** Standardised values further out than this are moved here, so that one wrong number cannot decide a step. */
export const maxDeviations = 10;

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

/**
 * A run's `preparation.json` as the steps of a table.
 *
 * @throws RunError with code "run" if it is something else
 */
export function parseSteps(record: unknown, path: string): TableSteps {
  const parsed = schema.safeParse(record);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const detail = issue && `${issue.path.join(".")}: ${issue.message}`;
  throw preparationError(path, "how a table becomes numbers", detail);
}
