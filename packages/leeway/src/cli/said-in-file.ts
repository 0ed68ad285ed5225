import { RunError } from "../errors.ts";
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
 * @throws RunError with code "usage" in place of a RangeError or TypeError about a field that the file says
 */
export function saidInFile<T>({ fields, placeOf }: Said, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    if (!(cause instanceof RangeError || cause instanceof TypeError)) throw cause;
    const [, no = "", name = "", rest = ""] = /^\w+: expected (no )?(\w+)(.*)$/s.exec(cause.message) ?? [];
    const way = wayTo(name, fields);
    if (way === undefined) throw cause;
    throw new RunError("usage", `${placeOf(way)}: expected ${no}${way.join(".")}${rest}`, { cause });
  }
}

/** The way to a field that a recipe's functions call by its name alone; undefined where the file does not say it. */
function wayTo(name: string, fields: Config): string[] | undefined {
  const { methodOptions = {}, text = {} } = fields;
  if (Object.hasOwn(fields, name)) return [name];
  if (Object.hasOwn(methodOptions, name)) return ["methodOptions", name];
  return Object.hasOwn(text, name) ? ["text", name] : undefined;
}
