import { didYouMean, someOf } from "../../errors.ts";
import { numberText } from "../tables/category-text.ts";
import { categoryCodes } from "../tables/code-table.ts";
import { type ColumnNote, noteSentences } from "../tables/column-notes.ts";
import { maxFloat32, type NumberReading } from "../tables/number-reading.ts";
import type { TableSteps } from "../tables/table-steps.ts";
import type { DecimalMark } from "../tables/written-number.ts";
import { cellNumber } from "./cell-number.ts";
import { exampleFault } from "./example-fault.ts";
import type { ExampleReader } from "./inputs.ts";
import { tableInputs } from "./table-inputs.ts";

type Row = Readonly<Record<string, unknown>>;

/**
 * Rows as objects by the names of their columns; other columns are not looked at. A value may be a number, a text as a
 * file has it, true, false, a Date, or null where it is missing.
 *
 * @param decimal the mark of numbers in texts, as of the training data
 */
export function rowReader(
  steps: TableSteps,
  { decimal = "." }: { readonly decimal?: DecimalMark | undefined } = {},
): ExampleReader {
  const { numeric, categorical } = steps;
  const names = [...new Set([...numeric, ...categorical].map(({ name }) => name))];
  const [F, G] = [numeric.length, categorical.length];
  const codes = categorical.map(({ categories }) => categoryCodes(categories));
  return {
    declared: {
      ...(F > 0 && { numbers: { type: "float64", dims: [null, F] } as const }),
      ...(G > 0 && { codes: { type: "int64", dims: [null, G] } as const }),
    },
    read: (examples, path) => {
      const numbers = new Float64Array(examples.length * F);
      const coded = new Int32Array(examples.length * G);
      const unknown = categorical.map(() => ({ count: 0, row: 0, first: "" }));
      examples.forEach((example, i) => {
        const pathOf = (...column: string[]): readonly PropertyKey[] => [...path(i), ...column];
        const row = rowOf(example, pathOf, names);
        numeric.forEach(({ name, reading }, f) => {
          const value = cellNumber(row[name], { reading, decimal });
          if (value === undefined) throw noNumber(pathOf(name), row[name], reading);
          numbers[i * F + f] = Math.abs(value) <= maxFloat32 ? value : Number.NaN;
        });
        categorical.forEach(({ name, categories }, g) => {
          const category = categoryOf(row[name], () => pathOf(name));
          const code = codes[g]!(category); // one a column
          coded[i * G + g] = code;
          if (code > 0 || (category === null && !categories.includes(null))) return;
          const seen = unknown[g]!; // likewise
          if (seen.count++ === 0) [seen.row, seen.first] = [i + 1, category ?? ""];
        });
      });
      const notes = unknown.flatMap((seen, g) => unknownNote(categorical[g]!.name, seen)); // likewise
      return tableInputs(
        { rows: examples.length, numbers, codes: coded, notes: noteSentences(notes) },
        steps,
      );
    },
  };
}

function rowOf(example: unknown, path: () => readonly PropertyKey[], names: readonly string[]): Row {
  if (
    typeof example !== "object" ||
    example === null ||
    Array.isArray(example) ||
    ArrayBuffer.isView(example)
  ) {
    const advice = `Give the columns ${someOf(names, 6)} by their names.`;
    throw exampleFault(path(), { what: "to be a row, an object of columns", got: example, advice });
  }
  const row = example as Row;
  const missing = names.filter((name) => !Object.hasOwn(row, name));
  const [first] = missing;
  if (first === undefined) return row;
  const there = Object.keys(row);
  const more =
    missing.length === 1 ? "" : `, and ${missing.length - 1} more (${someOf(missing.slice(1), 4)})`;
  throw exampleFault(path(), {
    what: `to have the column ${JSON.stringify(first)}${more}`,
    got: there.length === 0 ? "none" : someOf(there, 12),
    advice: didYouMean(first, there) || "Where a value is missing, give null.",
  });
}

/** A value as the text that categories have; null where it is missing. */
function categoryOf(value: unknown, path: () => readonly PropertyKey[]): string | null {
  if (value === null || value === undefined || value === "") return null;
  if (typeof value === "string") return value;
  if (typeof value === "number" && Number.isFinite(value)) return numberText(value);
  if (typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  const what = "to be a text, a finite number, true or false";
  throw exampleFault(path(), { what, got: value, advice: "Where it is missing, give null." });
}

function noNumber(path: readonly PropertyKey[], got: unknown, reading: NumberReading | undefined): Error {
  const what = reading?.kind === "date" ? `to be a ${dateWords[reading.order]}` : "to be a finite number";
  return exampleFault(path, { what, got, advice: "Where it is missing, give null." });
}

const dateWords = {
  ymd: "date such as 2024-12-31",
  dmy: "date such as 31/12/2024, or a Date",
  mdy: "date such as 12/31/2024, or a Date",
  clock: "time such as 18:30",
} as const;

function unknownNote(
  column: string,
  { count, row, first }: { readonly count: number; readonly row: number; readonly first: string },
): ColumnNote[] {
  if (count === 0) return [];
  const one = `: ${count} values that training had not, the first "${first}" in row ${row}`;
  return [{ column, one, many: " have values that training had not" }];
}
