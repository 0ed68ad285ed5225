import { ArgumentError, faultText, fieldText, RunError } from "../errors.ts";
import type { Config } from "../recipe/index.ts";

/** Where in a configuration file a field stands: `run.yaml:3:7`. */
export type PlaceOf = (way: readonly PropertyKey[]) => string;

/** What a configuration file says, and where. */
export interface Said {
  readonly fields: Config;
  readonly placeOf: PlaceOf;
}

/**
 * Makes something of a file's fields: what is impossible with one of them is said of its place.
 * `recipe: expected ratio to be …` becomes `run.yaml:3:1: expected ratio to be …`.
 *
 * @throws RunError with code "usage" in place of an ArgumentError about a field that the file says
 */
export function saidInFile<T>({ fields, placeOf }: Said, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    if (!(cause instanceof ArgumentError)) throw cause;
    const way = wayTo(cause.path, fields);
    if (way === undefined) throw cause;
    const names = { where: placeOf(way), field: fieldText(way) };
    throw new RunError("usage", faultText(cause, names), { cause });
  }
}

/** The way in the file to a field, which a recipe's functions may call by its name alone; undefined for others. */
function wayTo(path: readonly PropertyKey[], fields: Config): readonly PropertyKey[] | undefined {
  const [name = ""] = path;
  const { methodOptions = {}, text = {} } = fields;
  if (Object.hasOwn(fields, name)) return path;
  if (Object.hasOwn(methodOptions, name)) return ["methodOptions", ...path];
  return Object.hasOwn(text, name) ? ["text", ...path] : undefined;
}
