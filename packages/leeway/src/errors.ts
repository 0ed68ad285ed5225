/**
 * An argument error in the one form we use: `where: expected what, got value. What to do.`
 *
 * @param where  the public function or option that was called
 * @param what   what it wanted, naming the argument and the index: "counts[7] to be at least 1"
 * @param got    the value found; strings are quoted
 * @param advice what the caller can do, one sentence
 * @returns a RangeError to throw; use {@link expectedKind} where the value is of the wrong kind
 */
export function expected(where: string, what: string, got: unknown, advice = ""): RangeError {
  return new RangeError(sentence(where, what, got, advice));
}

/** As {@link expected}, for a value of the wrong kind: a TypeError. */
export function expectedKind(where: string, what: string, got: unknown, advice = ""): TypeError {
  return new TypeError(sentence(where, what, got, advice));
}

/** What went wrong, for a program: each has its own exit code in the command line. */
export type RunErrorCode = "usage" | "data" | "environment" | "run";

/** An error in files, records or the machine, not in a call: carries what kind it is and the path it concerns. */
export class RunError extends Error {
  override readonly name = "RunError";
  readonly code: RunErrorCode;
  readonly path: string | undefined;

  constructor(code: RunErrorCode, message: string, options: { path?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.path = options.path;
  }
}

/** The name of `known` nearest to `name` by edit distance, or undefined where none is near. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const typed = name.toLowerCase();
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(typed, candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= Math.max(2, Math.floor(name.length / 3)) ? best.candidate : undefined;
}

/** Advice for an unknown name: `Did you mean "x"?` where one is near, nothing otherwise. Who writes no types may give anything. */
export function didYouMean(name: unknown, known: readonly string[]): string {
  const guess = typeof name === "string" ? nearest(name, known) : undefined;
  return guess === undefined ? "" : `Did you mean "${guess}"?`;
}

function sentence(where: string, what: string, got: unknown, advice: string): string {
  const value =
    typeof got === "string" ? `"${got}"` : Array.isArray(got) ? `[${got.join(", ")}]` : String(got);
  return `${where}: expected ${what}, got ${value}.${advice === "" ? "" : ` ${advice}`}`;
}

/** Levenshtein's distance, in which two letters that changed places are one mistake (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const transposition = swapped ? before[j - 2]! + 1 : Infinity;
      next.push(Math.min(substitution, transposition, row[j]! + 1, next[j - 1]! + 1));
    }
    [before, row] = [row, next];
  }
  return row[b.length]!;
}
