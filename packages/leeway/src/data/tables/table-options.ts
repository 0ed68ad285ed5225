import { didYouMean, expected } from "../../errors.ts";
import { type CustomData, encodings, requireReaderOptions } from "../../catalogue/index.ts";
import type { Encoding } from "../files/encoding.ts";

/** What a person may say of a table's columns; what is left out is detected. */
export interface TableOptions {
  /** Columns of numbers; what is no number in them counts as missing. */
  readonly numeric: readonly string[];
  /** Columns of categories, whatever they hold. */
  readonly categorical: readonly string[];
  /** Columns that are not looked at. */
  readonly ignore: readonly string[];
  readonly encoding: Encoding | undefined;
}

/**
 * The options of a table's reader.
 *
 * @throws ArgumentError for an option that is not known, or a column that is named twice
 */
export function tableOptions({ options = {} }: Pick<CustomData, "options">): TableOptions {
  requireReaderOptions({ kind: "table", options });
  const list = (name: string): readonly string[] => {
    const value = options[name] ?? [];
    if (typeof value === "string") return [value];
    if (typeof value === "object") return value;
    throw expected("table", name, "to be columns' names", value);
  };
  const found = { numeric: list("numeric"), categorical: list("categorical"), ignore: list("ignore") };
  const all = Object.values(found).flat();
  const twice = all.find((column, i) => all.indexOf(column) !== i);
  if (twice !== undefined)
    throw expected("table", "options", "to name each column once", twice, "Take it out of one list.");
  return { ...found, encoding: encodingOf(options["encoding"]) };
}

/** What a reader is told of the encoding of CSV files. */
export function encodingOf(value: unknown): Encoding | undefined {
  if (value === undefined) return undefined;
  const known = encodings.find((each) => each === value);
  if (known !== undefined) return known;
  throw expected(
    "table",
    "encoding",
    `to be one of ${encodings.join(", ")}`,
    value,
    typeof value === "string" ? didYouMean(value, encodings) : "",
  );
}
