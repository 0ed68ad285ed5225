import type { decimalMarks } from "../../catalogue/index.ts";

/** What stands before the fraction of a number. */
export type DecimalMark = (typeof decimalMarks)[number];

const currencies = "(?:US\\$|[$€£¥₹]|USD|EUR|GBP|CHF)";
const before = new RegExp(`^${currencies}\\s?`);
const after = new RegExp(`\\s?(?:${currencies}|%)$`);
const digits = {
  ".": /^(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?:[ \u00a0\u202f'’]\d{3})+|\d+)?(?:\.\d+)?$/,
  ",": /^(?:\d{1,3}(?:\.\d{3})+|\d{1,3}(?:[ \u00a0\u202f'’]\d{3})+|\d+)?(?:,\d+)?$/,
};

/**
 * A number as people write it: thousands apart, a currency, a per cent sign, brackets for a negative one: 1,234.50 $7
 * 8 % (12). NaN for what is none. A per cent sign changes nothing: 8 % is 8.
 */
export function writtenNumber(text: string, decimal: DecimalMark): number {
  const whole = text.trim();
  const inBrackets = /^\((.+)\)$/.exec(whole)?.[1];
  const [, outer, rest] = /^([-+−]?)\s?(.*)$/s.exec(inBrackets ?? whole)!; // fits all text
  const [, inner, bare] = /^([-+−]?)(.*)$/s.exec(rest!.replace(before, "").replace(after, ""))!; // likewise
  const sign = outer! + inner!; // both groups are there
  if (bare === "" || sign.length > 1 || !digits[decimal].test(bare!)) return Number.NaN;
  const plain = bare!.replace(decimal === "." ? /[, \u00a0\u202f'’]/g : /[. \u00a0\u202f'’]/g, "");
  const value = Number(plain.replace(",", "."));
  return (sign !== "" && sign !== "+") !== (inBrackets !== undefined) ? -value : value;
}
