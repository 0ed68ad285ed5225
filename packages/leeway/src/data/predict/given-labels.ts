import { sep } from "node:path";
import { didYouMean } from "../../errors.ts";
import type { TextColumn } from "../files/columns.ts";
import { guessLabelColumns } from "../files/labels.ts";
import type { TableColumn, TableFiles } from "../files/table-files.ts";

/** The classes that an input names itself: what its predictions can be measured by. */
export interface GivenLabels {
  /** [N], -1 where the input names no class, or one that the run does not have. */
  readonly given: Int32Array;
  /** Names that are no classes of the run, counted, with the first place. */
  readonly notes: readonly string[];
}

/** The column of an input that would name classes in training; undefined where it has none. */
export function givenColumn(files: TableFiles, label: string | undefined): TableColumn | undefined {
  if (label !== undefined) return files.columns.find(({ name }) => name === label);
  const usual = guessLabelColumns(files);
  return usual.length === 1 ? usual[0] : undefined;
}

/** What a column of names says of the examples, by the classes of the run. */
export function givenLabels(
  { codes, distinct, name }: Pick<TextColumn, "codes" | "distinct" | "name">,
  classNames: readonly string[],
  place: (row: number) => string,
): GivenLabels {
  const classes = new Map(classNames.map((each, label) => [each, label]));
  const labelOf = distinct.map((each) => classes.get(each) ?? -1);
  const given = codes.map((code) => labelOf[code] ?? -1);
  const first = codes.findIndex((code) => labelOf[code] === -1);
  if (first === -1) return { given, notes: [] };
  const strange = codes.reduce((sum, code) => sum + (labelOf[code] === -1 ? 1 : 0), 0);
  const firstName = distinct[codes[first]!]!; // first is a row with a name
  const guess = didYouMean(firstName, classNames);
  const note = `${name}: names that are no class of the run, ${strange} of them, are left out of the accuracy, the first "${firstName}" in ${place(first)}`;
  return { given, notes: [guess === "" ? note : `${note}. ${guess.replace(/\.$/, "")}`] };
}

/** The same of names example by example, "" where there is none; undefined where nobody names anything. */
export function labelsOfNames(
  names: readonly string[],
  classNames: readonly string[],
  place: (row: number) => string,
): GivenLabels | undefined {
  const distinct = [...new Set(names)].filter((name) => name !== "");
  if (distinct.length === 0) return undefined;
  const codeOf = new Map(distinct.map((name, code) => [name, code]));
  const codes = Int32Array.from(names, (name) => codeOf.get(name) ?? -1);
  return givenLabels({ name: "classes", codes, distinct }, classNames, place);
}

/**
 * The classes that folders stand for, file by file.
 *
 * @param paths of files, from the folder asked for on
 * @returns the first folder of each path; "" for all where no such folder is called like a class
 */
export function classesOfPaths(paths: readonly string[], classNames: readonly string[]): string[] {
  const folders = paths.map((path) => {
    const parts = path.split(sep);
    return parts.length > 1 ? parts[0]! : ""; // there is one
  });
  return folders.some((folder) => classNames.includes(folder)) ? folders : folders.map(() => "");
}
