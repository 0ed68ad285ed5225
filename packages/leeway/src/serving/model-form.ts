import type { InputKind } from "../catalogue/index.ts";
import { type NumericStep, parseEmbeddingSteps, parseSteps, type TableSteps } from "../preparation/index.ts";

/** An example as a request has it: a row by its columns, a text, a vector, or the bytes of an image's file. */
export type Example = Readonly<Record<string, unknown>> | string | readonly number[] | Uint8Array;

/** A column that a row has: what people write there, and a value that is common in the training data. */
export interface FormField {
  readonly name: string;
  /** "written": numbers as people write them, `1'200.50 CHF`. "time" has a date, "clock" none. */
  readonly type: "number" | "written" | "date" | "clock" | "category";
  /** The middle of the training rows, or the commonest category; null for a missing value. */
  readonly example: string | number | null;
  /** Of a category, the commonest first; null for a missing value, where training had some. */
  readonly categories?: readonly (string | null)[];
}

/** What an example of a model is made of. */
export type ModelForm =
  | { readonly kind: "table"; readonly fields: readonly FormField[] }
  | { readonly kind: "text" }
  | { readonly kind: "image" }
  | {
      readonly kind: "embedding";
      /** The mean of the training vectors, [D]. */
      readonly example: readonly number[];
    };

/**
 * The form of a model's examples.
 *
 * @param record its `preparation.json`
 * @throws RunError with code "run" if that is of another kind
 */
export function modelForm(kind: InputKind, record: unknown, path: string): ModelForm {
  switch (kind) {
    case "table":
      return { kind, fields: tableFields(parseSteps(record, path)) };
    case "embedding":
      return { kind, example: parseEmbeddingSteps(record, path).mean.map(short) };
    case "text":
    case "image":
      return { kind };
  }
}

/** An example that the training data could have had: its middle row or vector, a short text, a small grey image. */
export function exampleOf(form: ModelForm): Example {
  switch (form.kind) {
    case "table":
      return Object.fromEntries(form.fields.map(({ name, example }) => [name, example]));
    case "embedding":
      return form.example;
    case "text":
      return "text";
    case "image":
      return greyImage;
  }
}

/** One grey pixel, as PNG. */
const greyImage = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==",
  "base64",
);

/** A date is several numbers of a network, but one column. */
function tableFields({ numeric, categorical }: TableSteps): FormField[] {
  const numbers = new Map<string, NumericStep>();
  for (const step of numeric) if (!numbers.has(step.name) || isDay(step)) numbers.set(step.name, step);
  return [
    ...[...numbers.values()].map(numberField),
    ...categorical.map(({ name, categories }) => ({
      name,
      type: "category" as const,
      example: categories[0] ?? null,
      categories,
    })),
  ];
}

function isDay({ reading }: NumericStep): boolean {
  return reading?.kind === "date" && reading.part === "days";
}

function numberField(step: NumericStep): FormField {
  const { name, origin, mean, reading, knots = [] } = step;
  const middle = origin + (knots[knots.length >> 1] ?? mean);
  if (reading?.kind !== "date")
    return { name, type: reading === undefined ? "number" : "written", example: short(middle) };
  if (reading.order === "clock") return { name, type: "clock", example: clockOf(middle) };
  return { name, type: "date", example: dateOf(isDay(step) ? middle : 0, reading.order) };
}

/** A day since 1970 as the column's dates are written. */
function dateOf(days: number, order: "ymd" | "dmy" | "mdy"): string {
  const [year, month, day] = new Date(Math.floor(days) * 86_400_000).toISOString().slice(0, 10).split("-");
  if (order === "ymd") return `${year}-${month}-${day}`;
  return order === "dmy" ? `${day}/${month}/${year}` : `${month}/${day}/${year}`;
}

/** Hours as a time of day. */
function clockOf(hours: number): string {
  const minutes = Math.min(Math.max(Math.round(hours * 60), 0), 24 * 60 - 1);
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

/** A number with the digits that a person would write. */
function short(value: number): number {
  return Number(value.toPrecision(4));
}
