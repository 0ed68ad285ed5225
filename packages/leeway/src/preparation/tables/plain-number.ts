import type { DecimalMark } from "./written-number.ts";

const digits = "\\d+(?:_\\d+)*";
const pointNumber = new RegExp(`^\\+?-?(?:${digits}\\.?(?:${digits})?|\\.${digits})(?:[eE][-+]?${digits})?$`);
const named = /^[-+]?(?:nan|inf|infinity)$/i;
const commaNumber = /^[-+]?(?:\d{1,3}(?:\.\d{3})+|\d*)(?:,\d*)?(?:[eE][-+]?\d+)?$/;

/**
 * A text as a number as programs write them, NaN for what is none: what DuckDB's cast makes of it, by which tables are
 * read.
 */
export function plainNumber(text: string, decimal: DecimalMark): number {
  if (decimal === ".") return castNumber(text);
  const plain = text.replace(/^ +| +$/g, "");
  return commaNumber.test(plain) ? castNumber(plain.replaceAll(".", "").replace(",", ".")) : Number.NaN;
}

function castNumber(text: string): number {
  const bare = text.replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, "");
  if (pointNumber.test(bare)) return Number(bare.replaceAll("_", "").replace(/^\+/, ""));
  if (!named.test(bare) || /nan$/i.test(bare)) return Number.NaN;
  return bare.startsWith("-") ? -Infinity : Infinity;
}
