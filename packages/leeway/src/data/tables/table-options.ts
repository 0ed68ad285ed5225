import { expected } from "../../errors.ts";
import { type CustomData, requireReaderOptions } from "../../catalogue/index.ts";
import { type Encoding, parseEncoding } from "../files/encoding.ts";

/** How a table's columns are used; columns that no option names are detected. */
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
  return { ...found, encoding: parseEncoding(options["encoding"]) };
}
