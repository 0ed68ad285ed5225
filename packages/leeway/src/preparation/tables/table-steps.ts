import { z } from "zod";
import { preparationError } from "../preparation-error.ts";
import { numberReadingSchema } from "./number-reading.ts";

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
export type CategoricalStep = Readonly<z.infer<typeof categoricalSchema>>;

/** What is learned of a table's columns, from training rows alone: `preparation.json` of a run. */
export type TableSteps = Readonly<z.infer<typeof schema>>;

/** Standardised values further out than this are moved here, so that one wrong number cannot decide a step. */
export const maxDeviations = 10;

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
