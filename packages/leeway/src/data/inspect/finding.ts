/** Something about data that a person should look at. */
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

/** What is said of contents that are there more than once. */
export function contentFindings({
  repeats,
  conflicts,
  across,
}: {
  readonly repeats: number;
  readonly conflicts: number;
  readonly across: number;
}): Finding[] {
  const findings: Finding[] = [];
  if (repeats > 0)
    findings.push({
      about: "duplicates",
      message: `${repeats} training examples are copies of others: a part that is held out would have been seen in training`,
    });
  if (conflicts > 0) {
    findings.push({
      about: "conflicting-labels",
      message: `${conflicts} examples have the same content as one of another class`,
    });
  }
  if (across > 0) {
    findings.push({
      about: "across-splits",
      message: `${across} test examples are in the training split too: the test would be optimistic`,
    });
  }
  return findings;
}
