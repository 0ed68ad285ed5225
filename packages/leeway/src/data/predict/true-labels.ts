import { didYouMean } from "../../errors.ts";
import { classFinder } from "../files/class-names.ts";
import type { TextColumn } from "../files/columns.ts";

/** The classes that an input names itself: what its predictions can be measured by. */
interface TrueLabels {
  /** [N], -1 where the input names no class, or one that the run does not have. */
  readonly labels: Int32Array;
  /** Names that are no classes of the run, counted, with the first place. */
  readonly notes: readonly string[];
}

/**
 * The labels of a column of class names, by the classes of the run.
 *
 * @param place says where a row stands, for the notes
 */
export function trueLabels(
  { codes, distinct, name }: Pick<TextColumn, "codes" | "distinct" | "name">,
  classNames: readonly string[],
  place: (row: number) => string,
): TrueLabels {
  const labelOf = distinct.map(classFinder(classNames));
  const labels = codes.map((code) => labelOf[code] ?? -1);
  const first = codes.findIndex((code) => labelOf[code] === -1);
  if (first === -1) return { labels, notes: [] };
  const strange = codes.reduce((sum, code) => sum + (labelOf[code] === -1 ? 1 : 0), 0);
  const firstName = distinct[codes[first]!]!; // first is a row with a name
  const guess = didYouMean(firstName, classNames);
  const note = `${name}: names that are no class of the run, ${strange} of them, are left out of the accuracy, the first "${firstName}" in ${place(first)}`;
  return { labels, notes: [guess === "" ? note : `${note}. ${guess.replace(/\.$/, "")}`] };
}

/** The labels of class names, example by example, "" where there is none; undefined where there are none at all. */
export function trueLabelsOfNames(
  names: readonly string[],
  classNames: readonly string[],
  place: (row: number) => string,
): TrueLabels | undefined {
  const distinct = [...new Set(names)].filter((name) => name !== "");
  if (distinct.length === 0) return undefined;
  const codeOf = new Map(distinct.map((name, code) => [name, code]));
  const codes = Int32Array.from(names, (name) => codeOf.get(name) ?? -1);
  return trueLabels({ name: "classes", codes, distinct }, classNames, place);
}

/**
 * The classes that folders stand for, file by file.
 *
 * @param paths of files, from the requested folder on, with forward slashes
 * @returns the first folder of each path; "" for all where no such folder is called like a class
 */
export function classesOfPaths(paths: readonly string[], classNames: readonly string[]): string[] {
  const folders = paths.map((path) => {
    const parts = path.split("/");
    return parts.length > 1 ? parts[0]! : ""; // there is one
  });
  const labelOf = classFinder(classNames);
  return folders.some((folder) => labelOf(folder) !== -1) ? folders : folders.map(() => "");
}
