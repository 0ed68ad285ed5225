import { z } from "zod";
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
  const what = wanted(issue, nodeAt(schema, issue.path));
  return new ArgumentError({ where, path, what, got, advice }, { cause: error });
}

/** What zod wanted of a field, in our words: of a number all of its range, unless a refinement says it. */
function wanted(issue: z.core.$ZodIssue, node: Node | undefined): string {
  const number = node === undefined ? undefined : numberWords(node as unknown as z.ZodType);
  if (number !== undefined && issue.code !== "custom") return `to be ${number}`;
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
      if (issue.origin === "string") return `to have at most ${issue.maximum} characters`;
      return `to be ${issue.inclusive === false ? "below" : "at most"} ${issue.maximum}`;
    case "invalid_format":
      if ("includes" in issue) return `to contain ${String(issue.includes)}`;
      return `to be right (${issue.message})`;
    default:
      return `to be right (${issue.message})`;
  }
}

/** Types as zod names them, where "a" and the name would not do. */
const kinds: Readonly<Record<string, string>> = {
  int: "a whole number",
  array: "a list",
  boolean: "true or false",
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

/** The fields of the object that a schema has at the end of a path. */
function knownFields(schema: unknown, path: readonly PropertyKey[]): string[] {
  return Object.keys(nodeAt(schema, path)?.def.shape ?? {});
}

function nodeAt(schema: unknown, path: readonly PropertyKey[]): Node | undefined {
  let node = bare(schema as Node | undefined);
  for (const key of path) node = bare(node?.def.shape?.[key] ?? node?.def.element);
  return node;
}

/** The numbers that a field takes. */
export interface NumberRange {
  /** The min; 0 by default. */
  readonly min?: number;
  /** The max; none by default. */
  readonly max?: number;
  /** Refuses `min` itself. */
  readonly aboveMin?: boolean;
  /** Refuses `max` itself. */
  readonly belowMax?: boolean;
}

/** A range as an error says it: "from 1 to 1024", "of at least 0 and below 1", "above 0". */
export function rangeWords({ min = 0, max, aboveMin = false, belowMax = false }: NumberRange): string {
  if (max === undefined || max >= Number.MAX_SAFE_INTEGER) {
    return aboveMin ? `above ${min}` : `of at least ${min}`;
  }
  if (!aboveMin && !belowMax) return `from ${min} to ${max}`;
  return `${aboveMin ? "above" : "of at least"} ${min} and ${belowMax ? "below" : "at most"} ${max}`;
}

/** What a number's type takes: "a whole number from 1 to 1024"; undefined for a type that is no number. */
export function numberWords(type: z.ZodType): string | undefined {
  const shape = jsonShape(type);
  if (shape.type !== "integer" && shape.type !== "number") return undefined;
  return `${shape.type === "integer" ? "a whole number" : "a number"} ${rangeWords(rangeOf(shape))}`;
}

/** A type as JSON Schema has it, as far as fields go. */
export interface JsonShape {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly items?: JsonShape;
  /** Of an object with any names: what each holds. */
  readonly additionalProperties?: JsonShape;
  readonly anyOf?: readonly JsonShape[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
}

/** The shape of a type; of one that may be null as well, its other one. */
export function jsonShape(type: z.ZodType): JsonShape {
  const shape = z.toJSONSchema(type, { io: "input", unrepresentable: "any" }) as JsonShape;
  return shape.anyOf?.find((each) => each.type !== "null") ?? shape;
}

/** The range of a number's shape. */
export function rangeOf({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }: JsonShape): NumberRange {
  return {
    min: exclusiveMinimum ?? minimum ?? -Infinity,
    max: exclusiveMaximum ?? maximum ?? Infinity,
    aboveMin: exclusiveMinimum !== undefined,
    belowMax: exclusiveMaximum !== undefined,
  };
}

/** A schema without what makes it optional. */
function bare(node: Node | undefined): Node | undefined {
  return node?.def.innerType ? bare(node.def.innerType) : node;
}
