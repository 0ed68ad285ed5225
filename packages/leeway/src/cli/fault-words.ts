import { backboneFields, readerFields, textFields } from "../catalogue/index.ts";
import { type ArgumentFault, faultText, fieldText } from "../errors.ts";
import type { Field } from "../field.ts";
import { methodFields } from "../methods/index.ts";
import { recipeFields, scheduleFields } from "../recipe/index.ts";

/** Where in a configuration file a field is: `run.yaml:3:7`. */
export type PlaceOf = (path: readonly PropertyKey[]) => string;

/** Who set the fields of a request: options, or a file beneath them. */
export interface Origin {
  /** What commander gives. */
  readonly flags: object;
  /** What holds of the file. */
  readonly file: object;
  readonly placeOf: PlaceOf;
}

/** An option, by the name that commander gives it and as it is typed. */
interface Named {
  readonly name: string;
  readonly flag: string;
}

type NamedField = Field & { readonly name?: string };

const tables: readonly Readonly<Record<string, NamedField>>[] = [
  ...[readerFields, textFields, backboneFields, methodFields, scheduleFields, recipeFields],
];

/** Fields of data, as readers and recipes call them, and the options that set them. */
const ofData: readonly (readonly [string, Named])[] = [
  ["paths", { name: "paths", flag: "DATA" }],
  ["testPaths", { name: "test", flag: "--test" }],
  ["validationPaths", { name: "validation", flag: "--validation" }],
  ["max", { name: "maxPerClass", flag: "--max-per-class" }],
  ["prior", { name: "prior", flag: "--prior" }],
  ["backbone", { name: "backbone", flag: "--backbone" }],
  ...["maxAlerts", "cost", "confident", "positive"].map((name): [string, Named] => [
    name,
    { name, flag: flagOf(name) },
  ]),
];

/** The option of each field, by the field's last name. */
const options: ReadonlyMap<string, Named> = new Map([
  ...tables.flatMap((table) =>
    Object.entries(table).flatMap(([name, field]): [string, Named][] => {
      const { flag = flagOf(name) } = field;
      return flag === null ? [] : [[field.name ?? name, { name, flag }]];
    }),
  ),
  ...ofData,
]);

/** An option as it is typed, by the name that commander gives it: `--batch-size` of `batchSize`. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/**
 * A fault as whoever set the field reads it: of an option by its name (`--batch-size: expected …`), of a file's field
 * by its place (`run.yaml:3:1: expected batchSize …`), of anything else as in a program.
 *
 * @param origin who set what; by default all that has an option
 */
export function faultWords(fault: ArgumentFault, origin?: Origin): string {
  const option = options.get(fault.path.findLast((key) => typeof key === "string") ?? "");
  const isFlag =
    option !== undefined &&
    Object.entries(origin?.flags ?? {}).some(([name, value]) => name === option.name && value !== undefined);
  const path = isFlag || origin === undefined ? undefined : pathIn(origin.file, fault.path);
  if (origin !== undefined && path !== undefined) {
    return faultText(fault, { where: origin.placeOf(path), field: fieldText(path) });
  }
  return option === undefined ? faultText(fault) : faultText(fault, { where: option.flag, field: "" });
}

/** The path of a field in a file, which functions may call by its last name; undefined for one that is not there. */
export function pathIn(file: object, path: readonly PropertyKey[]): readonly PropertyKey[] | undefined {
  const ways = [path, ["methodOptions", ...path], ["text", ...path]];
  return ways.find((way) => way.length > 0 && isThere(file, way));
}

function isThere(value: unknown, [key, ...rest]: readonly PropertyKey[]): boolean {
  if (key === undefined) return true;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return false;
  return isThere((value as Readonly<Record<PropertyKey, unknown>>)[key], rest);
}
