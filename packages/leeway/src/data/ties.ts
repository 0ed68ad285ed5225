import type { Examples } from "./examples.ts";

/** What some examples have in common: a patient, a user, a video. They land in one split. */
export interface Groups {
  /** What names them in notes: a column, a pattern or a file. */
  readonly by: string;
  /** The group of each id; each example without one is a group of its own. */
  readonly codes: Int32Array;
  /** By code; those beyond are of examples without one. */
  readonly names: readonly string[];
}

/** When examples were: the later ones are held out. */
export interface Times {
  /** The column. */
  readonly by: string;
  /** By id: milliseconds since 1970, or numbers of the column's own. */
  readonly values: Float64Array;
  /** Whether they are milliseconds. */
  readonly areDates: boolean;
}

/** What of one split's examples decides, beside their classes, where each may land. */
export interface Ties {
  readonly groups?: Groups;
  readonly times?: Times;
}

/** That of all splits a source has. */
export interface SourceTies {
  readonly train: Ties;
  readonly test?: Ties;
  readonly validation?: Ties;
}

/** How many groups some examples are of. */
export function countGroups({ ids }: Pick<Examples, "ids">, { codes }: Groups): number {
  const seen = new Set<number>();
  for (const id of ids) seen.add(codes[id]!); // an id of the same split
  return seen.size;
}
