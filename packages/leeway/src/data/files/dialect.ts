import { decimalMarks } from "../../catalogue/index.ts";
import { expected } from "../../errors.ts";
import type { DecimalMark } from "../../preparation/index.ts";
import { type Encoding, parseEncoding } from "./encoding.ts";

/** How table files are written, as far as options say; the rest is detected from each file. */
export interface Dialect {
  /** Of CSV and .txt files; by default UTF-8 or UTF-16 by its mark, or Windows-1252 where the bytes are plainly that. */
  readonly encoding?: Encoding | undefined;
  /** Of CSV: whether the first line has the columns' names (true). Without, they are column1, column2, … */
  readonly header?: boolean | undefined;
  /** Of CSV: what stands between values; {@link spaces} for one space or more. */
  readonly delimiter?: string | undefined;
  /** Of CSV: what stands around values; "" for nothing; by default the double quote. */
  readonly quote?: string | undefined;
  /** Of CSV: the mark before a number's fraction; by default the point. */
  readonly decimal?: DecimalMark | undefined;
  /** Of CSV: what begins lines that are left out. */
  readonly comment?: string | undefined;
  /** Of .xlsx: by default the first. */
  readonly sheet?: string | undefined;
}

/** A delimiter of one space or tab, or more. */
export const spaces = "spaces";

const delimiterNames: Readonly<Record<string, string>> = {
  ...{ tab: "\t", "\\t": "\t", comma: ",", semicolon: ";", pipe: "|", caret: "^", space: " " },
};

/**
 * The dialect among the options of a reader.
 *
 * @throws ArgumentError for a value that cannot be
 */
export function parseDialect(options: Readonly<Record<string, unknown>> = {}): Dialect {
  const text = (name: string): string | undefined => {
    const value = options[name];
    return typeof value === "string" ? value : undefined;
  };
  const { header } = options;
  const [delimiter, quote, comment] = [text("delimiter"), text("quote"), text("comment")];
  if (delimiter === "") throw expected("table", "delimiter", "to be characters, tab or spaces", delimiter);
  if (comment === "") throw expected("table", "comment", "to be what lines begin with", comment);
  if (quote !== undefined && quote !== "none" && quote.length > 1)
    throw expected("table", "quote", "to be one character, or none", quote);
  const marks = quote === undefined ? {} : { quote: quote === "none" ? "" : quote };
  const between = delimiter === undefined ? {} : { delimiter: delimiterNames[delimiter] ?? delimiter };
  return {
    encoding: parseEncoding(options["encoding"]),
    ...(typeof header === "boolean" && { header }),
    ...{ ...marks, ...between },
    decimal: decimalMarks.find((mark) => mark === options["decimal"]),
    comment,
    sheet: text("sheet"),
  };
}

/** The column that a name means: without a header, its number too. */
export function columnName(name: string, { header }: Dialect): string {
  return header === false && /^[1-9]\d*$/.test(name) ? `column${name}` : name;
}
