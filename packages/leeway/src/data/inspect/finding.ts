import { leakageWarning } from "../leakage.ts";

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
