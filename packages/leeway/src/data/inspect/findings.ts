import { leakageWarning } from "../leakage.ts";
import type { DataFacts } from "./data-facts.ts";

/** Something about data that deserves a look. */
export interface Finding {
  /** What it is about, for programs. */
  readonly about:
    | "missing-class"
    | "single-example"
    | "duplicates"
    | "conflicting-labels"
    | "across-splits"
    | "column"
    | "leak"
    | "label-spelling"
    | "missing-label"
    | "no-classes"
    | "group"
    | "time"
    | "split"
    | "weight"
    | "no-split"
    | "reading";
  /** A sentence without a full stop. */
  readonly message: string;
}

/** Contents that are there more than once. */
export interface Repetition {
  /** Training examples that are copies of others. */
  readonly repeats: number;
  /** Examples with the content of one of another class. */
  readonly conflicts: number;
  /** Test examples that leak into training, see {@link countLeaked}. */
  readonly leaked: number;
  /** Test examples. */
  readonly tested: number;
}

/** Findings about contents that are there more than once. */
export function contentFindings({ repeats, conflicts, leaked, tested }: Repetition): Finding[] {
  const findings: Finding[] = [];
  if (repeats > 0) {
    findings.push({
      about: "duplicates",
      message: `${repeats} training examples are copies of others: a part that is held out would have been seen in training`,
    });
  }
  if (conflicts > 0) {
    findings.push({
      about: "conflicting-labels",
      message: `${conflicts} examples have the same content as one of another class`,
    });
  }
  if (leaked > 0) findings.push({ about: "across-splits", message: leakageWarning(leaked, tested) });
  return findings;
}

/** What classes' names and counts tell: missing and single examples, and names that may be one class. */
export function labelFindings({
  classNames,
  trainCounts,
  testCounts,
}: Omit<DataFacts, "findings">): Finding[] {
  const findings: Finding[] = [];
  const named = (which: (j: number) => boolean): string[] =>
    classNames.filter((_, j) => which(j)).map((name) => `"${name}"`);
  const add = (about: Finding["about"], names: readonly string[], what: string): void => {
    if (names.length === 0) return;
    findings.push({ about, message: `${some(names)} ${names.length === 1 ? "has" : "have"} ${what}` });
  };
  add(
    "missing-class",
    named((j) => trainCounts[j] === 0),
    "no training example",
  );
  add(
    "missing-class",
    named((j) => testCounts?.[j] === 0),
    "no test example: accuracy is unknown there",
  );
  add(
    "single-example",
    named((j) => trainCounts[j] === 1),
    "a single training example: it cannot be held out",
  );
  return [...findings, ...noClasses(classNames, trainCounts), ...spellings(classNames, trainCounts)];
}

/** Names that are no class's but a sign for a missing one; not "none", which may be a class. */
function noClasses(classNames: readonly string[], counts: readonly number[]): Finding[] {
  return classNames.flatMap((name, j): Finding[] => {
    if (!/^(n\/?a|nan|null|\?|missing)$/i.test(name.trim())) return [];
    const what = `"${name}" (${counts[j] ?? 0}) reads as a missing class`;
    return [
      {
        about: "label-spelling",
        message: `${what}: if it is, leave these cells empty; --unlabelled skip then leaves the rows out`,
      },
    ];
  });
}

/** "a", "b", "c" and 4 more. */
function some(names: readonly string[]): string {
  const shown = names.slice(0, 6);
  return names.length > 6 ? `${shown.join(", ")} and ${names.length - 6} more` : shown.join(", ");
}

/**
 * Names that may mean one class: the same but for case and spaces, or one letter apart where one of the two is rare,
 * at most a twentieth of the other, and both have four letters or more that are no digits.
 */
export function spellings(classNames: readonly string[], counts: readonly number[]): Finding[] {
  const plain = classNames.map((name) =>
    name
      .trim()
      .toLowerCase()
      .replace(/[\s_-]+/g, " "),
  );
  const findings: Finding[] = [];
  for (let a = 0; a < classNames.length && classNames.length <= 2000; a++) {
    for (let b = a + 1; b < classNames.length; b++) {
      const [rare, common] = (counts[a] ?? 0) < (counts[b] ?? 0) ? [a, b] : [b, a];
      const same = plain[a] === plain[b];
      const slip = (counts[rare] ?? 0) <= (counts[common] ?? 0) / 20 && oneLetterApart(plain[a]!, plain[b]!); // below the length
      if (!same && !slip) continue;
      const [one, other] = [
        `"${classNames[rare]!}" (${counts[rare]!})`,
        `"${classNames[common]!}" (${counts[common]!})`,
      ];
      findings.push({ about: "label-spelling", message: `${one} and ${other} may be one class` });
    }
  }
  return findings;
}

function oneLetterApart(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (short.length < 3 || long.length < 4 || long.length - short.length > 1 || /\d/.test(a + b)) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at++;
  return short.slice(short.length === long.length ? at + 1 : at) === long.slice(at + 1);
}
