import type { z } from "zod";
import { didYouMean } from "./errors.ts";

/** What a schema found wrong with a value, in our words. */
export interface Fault {
  /** The way to the field: `["schedule", "decays", 1]`. */
  readonly way: readonly PropertyKey[];
  /** `expected schedule.base to be above 0, got -1.`, with advice where there is some. */
  readonly sentence: string;
}

/**
 * The first thing that a schema found wrong.
 *
 * @param schema what was asked for; a field it does not know is then answered with the nearest that it does
 */
export function firstFault(error: z.ZodError, value: unknown, schema?: z.ZodType): Fault {
  const issue = error.issues[0]!; // zod promises at least one
  // For a field too many, zod's path ends at the object that holds it.
  const stray = issue.code === "unrecognized_keys" ? issue.keys[0]! : undefined;
  const way = stray === undefined ? issue.path : [...issue.path, stray];
  const got = way.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
  const advice =
    stray === undefined ? nearestValue(issue, got) : didYouMean(stray, knownFields(schema, issue.path));
  const sentence = `expected ${fieldAt(way)} ${wanted(issue)}, got ${shown(got)}.`;
  return { way, sentence: advice === "" ? sentence : `${sentence} ${advice}` };
}

/** `recipe.schedule.decays[1].factor`, the way to a field as a program would write it. */
function fieldAt(way: readonly PropertyKey[]): string {
  const field = way.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  return field === "" ? "the record" : field.replace(/^\./, "");
}

/** What zod wanted of a field, in our words. */
function wanted(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.expected === "int" ? "to be a whole number" : `to be of type ${issue.expected}`;
    case "invalid_value":
      return `to be one of ${issue.values.map(String).join(", ")}`;
    case "unrecognized_keys":
      return "not to be there";
    case "too_small":
      if (issue.origin === "array") return `to have at least ${issue.minimum} of them`;
      if (issue.origin === "string") return "not to be empty";
      return `to be ${issue.inclusive === false ? "above" : "at least"} ${issue.minimum}`;
    case "too_big":
      return `to be ${issue.inclusive === false ? "below" : "at most"} ${issue.maximum}`;
    default:
      return `to be right (${issue.message})`;
  }
}

/** A value as the message shows it: JSON, cut where it is long. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number") return String(value); // JSON would write NaN as null
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function nearestValue(issue: z.core.$ZodIssue, got: unknown): string {
  if (issue.code !== "invalid_value" || typeof got !== "string") return "";
  return didYouMean(got, issue.values.map(String));
}

/** What a schema is made of, as far as fields go. */
interface Node {
  readonly def: {
    readonly innerType?: Node;
    readonly element?: Node;
    readonly shape?: Readonly<Record<PropertyKey, Node>>;
  };
}

/** The fields of the object that a schema has at the end of a way. */
function knownFields(schema: unknown, way: readonly PropertyKey[]): string[] {
  let node = bare(schema as Node | undefined);
  for (const key of way) node = bare(node?.def.shape?.[key] ?? node?.def.element);
  return Object.keys(node?.def.shape ?? {});
}

/** A schema without what makes it optional. */
function bare(node: Node | undefined): Node | undefined {
  return node?.def.innerType ? bare(node.def.innerType) : node;
}
