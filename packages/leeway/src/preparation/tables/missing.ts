/** What stands for a missing number in text. */
export const missingNumbers = ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?", "-"] as const;

const missingTexts: ReadonlySet<string> = new Set(missingNumbers);

/** Whether a text stands for a missing number. */
export function isMissingNumber(text: string): boolean {
  return missingTexts.has(text.trim());
}

/** What people write where there is no number, in small letters. */
const missingWords: ReadonlySet<string> = new Set([
  ...[
    "unknown",
    "missing",
    "unspecified",
    "undefined",
    "not available",
    "not applicable",
    "no data",
    "n.a.",
    "nil",
  ],
  ...["na", "n/a", "nan", "null", "none", "<na>", "(null)", "#n/a", "#value!", "#div/0!", "#ref!", "#num!"],
  ...[".", "..", "--", "---", "??"],
]);

/** Whether a word says that nothing is there. */
export function saysMissing(word: string): boolean {
  return missingWords.has(word.toLowerCase());
}
