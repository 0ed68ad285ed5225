import type { z } from "zod";
import { ArgumentError, didYouMean } from "./errors.ts";

/**
 * The first thing that a schema found wrong, in our words.
 *
 * @param where  what was read, named first in the message
 * @param schema what was expected; an unknown field is then answered with the nearest known one
 */
export function schemaFault(
  where: string,
  error: z.ZodError,
  { value, schema }: { readonly value: unknown; readonly schema?: z.ZodType },
): ArgumentError {
  const issue = error.issues[0]!; // zod promises at least one
  // For a field too many, zod's path ends at the object that holds it.
  const stray = issue.code === "unrecognized_keys" ? issue.keys[0]! : undefined;
  const path = stray === undefined ? issue.path : [...issue.path, stray];
  const got = path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
  const advice =
    stray === undefined ? nearestValue(issue, got) : didYouMean(stray, knownFields(schema, issue.path));
  return new ArgumentError({ where, path, what: wanted(issue), got, advice }, { cause: error });
}

/** What zod wanted of a field, in our words. */
function wanted(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `to be ${kinds[issue.expected] ?? `a ${issue.expected}`}`;
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

/** Types as zod names them, where "a" and the name would not do. */
const kinds: Readonly<Record<string, string>> = {
  int: "a whole number",
  array: "a list",
  object: "an object",
};

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
