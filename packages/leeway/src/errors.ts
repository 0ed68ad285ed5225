/** What is wrong with an argument, as data: whoever speaks decides how a field is called. */
export interface ArgumentFault {
  /** The public function that was called. */
  readonly where: string;
  /** The way to the field: `["schedule", "decays", 1]`; empty for the argument as a whole. */
  readonly path: readonly PropertyKey[];
  /** What was expected of it: "to be at least 1". */
  readonly what: string;
  /** The value found. */
  readonly got: unknown;
  /** What the caller can do, one sentence; empty for none. */
  readonly advice: string;
}

/**
 * An impossible argument. The message is one form of the fault, for a program; the command line and configuration
 * files render the same fault with {@link faultText}. Nothing reads the message.
 */
export class ArgumentError extends Error implements ArgumentFault {
  override readonly name = "ArgumentError";
  readonly where: string;
  readonly path: readonly PropertyKey[];
  readonly what: string;
  readonly got: unknown;
  readonly advice: string;

  constructor(fault: ArgumentFault, options?: { cause?: unknown }) {
    super(faultText(fault), options);
    ({ where: this.where, path: this.path, what: this.what, got: this.got, advice: this.advice } = fault);
  }

  /** The field as a program writes it: `schedule.decays[1].factor`. */
  get field(): string {
    return fieldText(this.path);
  }
}

/**
 * An {@link ArgumentError} to throw.
 *
 * @param where  the public function that was called
 * @param field  the argument, as a program writes it, `counts[7]`; "" for the argument as a whole
 * @param what   what was expected of it: "to be at least 1"
 * @param got    the value found
 * @param advice what the caller can do, one sentence
 */
export function expected(
  where: string,
  field: string,
  what: string,
  got: unknown,
  advice = "",
): ArgumentError {
  return new ArgumentError({ where, path: fieldPath(field), what, got, advice });
}

/**
 * A fault as a sentence in our one form: `where: expected field what, got value. Advice.`
 *
 * @param names how the place and the field are called by whoever speaks: `--batch-size` and "", `run.yaml:3:1` and
 *   `batchSize`. By default as in a program
 */
export function faultText(
  { where, path, what, got, advice }: ArgumentFault,
  names: { readonly where?: string; readonly field?: string } = {},
): string {
  const { where: place = where, field = fieldText(path) } = names;
  const wanted = field === "" ? what.replace(/^to be /, "") : `${field} ${what}`;
  return `${place}: expected ${wanted}, got ${shown(got)}.${advice === "" ? "" : ` ${advice}`}`;
}

/** A way as a program writes it: `schedule.decays[1].factor`. */
export function fieldText(path: readonly PropertyKey[]): string {
  const text = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  return text.replace(/^\./, "");
}

/** The way of a field that a program writes: `counts[7]` is `["counts", 7]`. */
function fieldPath(field: string): PropertyKey[] {
  return [...field.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([key, index]) =>
    index === undefined ? key : Number(index),
  );
}

/** A value as a message shows it: JSON, cut where it is long. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number") return String(value); // JSON would write NaN as null
  const text = Array.isArray(value) ? `[${value.map(shown).join(", ")}]` : JSON.stringify(value);
  return text.length > maxShown ? `${text.slice(0, maxShown - 3)}...` : text;
}

const maxShown = 60;

/**
 * What went wrong, for a program: each has its own exit code in the command line. "peer" is a rank that was lost or
 * did not answer: the same command may go well the next time.
 */
export type RunErrorCode = "usage" | "data" | "environment" | "run" | "peer";

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

/** The first names of a list, as many as `max`, with ", …" where there are more. */
export function someOf(names: readonly string[], max: number): string {
  return names.slice(0, max).join(", ") + (names.length > max ? ", …" : "");
}

/** Advice for an unknown name: `Did you mean "x"?` where one is near, nothing otherwise. Untyped callers may pass anything. */
export function didYouMean(name: unknown, known: readonly string[]): string {
  const guess = typeof name === "string" ? nearest(name, known) : undefined;
  return guess === undefined ? "" : `Did you mean "${guess}"?`;
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

/** The first line of what a library says, without the full stop that ours ends with. */
export function firstLine(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return message.split("\n", 1)[0]!.replace(/\.$/, ""); // there is one
}
