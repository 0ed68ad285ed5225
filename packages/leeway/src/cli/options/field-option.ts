import { type Command, Option } from "commander";
import type { z } from "zod";
import { jsonShape, type JsonShape, rangeOf } from "../../faults.ts";
import type { Field } from "../../field.ts";
import { flagOf } from "../fault-words.ts";
import {
  choiceOption,
  type NamedRange,
  namedNumbersOption,
  namesOption,
  numberListOption,
  numberOption,
  usageError,
  wholeListOption,
  wholeOption,
} from "../options.ts";

/** Fields by name: a recipe's, a method's, or those that all commands share. */
export type FieldTable = Readonly<Record<string, Field>>;

/** What commander gives of a table's options: a field is absent unless its option was on the command line. */
export type FlagsOf<Table extends FieldTable> = {
  readonly [Name in keyof Table]?: Readonly<z.infer<Table[Name]["type"]>>;
};

/** What a command says otherwise of a field that it shares with others. */
export type FieldChange = Partial<Pick<Field, "help" | "default" | "common">>;

/**
 * Adds the options of a table, in its order, under their groups' headings.
 *
 * @param names  which of its fields, by default all
 * @param change what this command says otherwise of some of them
 */
export function addFields<Table extends FieldTable>(
  command: Command,
  table: Table,
  {
    names = Object.keys(table),
    change = {},
  }: {
    readonly names?: readonly (keyof Table & string)[];
    readonly change?: { readonly [Name in keyof Table]?: FieldChange };
  } = {},
): Command {
  for (const [name, field] of Object.entries(table)) {
    if (!names.includes(name) || field.flag === null) continue;
    command.addOption(fieldOption(name, { ...field, ...change[name] }).helpGroup(`${field.group}:`));
  }
  return command;
}

/** The fields of options. */
const fields = new WeakMap<Option, Field>();

/** The field of an option; undefined for one of the command's own. */
export function fieldOf(option: Option): Field | undefined {
  return fields.get(option);
}

/** The option of a field: reads its text, refuses what is out of range, and shows range and default in help. */
export function fieldOption(name: string, field: Field): Option {
  const { flag = flagOf(name), value, type } = field;
  const flags = [flag, value].filter((part) => part != null).join(" ");
  const option = optionOf(flags, jsonShape(type));
  option.description = describe(field);
  fields.set(option, field);
  return withRefinements(option, type);
}

function optionOf(flags: string, shape: JsonShape): Option {
  if (shape.enum !== undefined) return choiceOption(flags, "", shape.enum);
  switch (shape.type) {
    case "integer":
      return wholeOption(flags, "", rangeOf(shape));
    case "number":
      return numberOption(flags, "", rangeOf(shape));
    case "array":
      return listOption(flags, shape.items ?? {});
    case "object":
      // A record of fields has no form on the command line: its option names a file that has them.
      if (typeof shape.additionalProperties !== "object") return new Option(flags);
      return namedNumbersOption(flags, "", namedRange(shape.additionalProperties ?? {}));
    default:
      return new Option(flags);
  }
}

function namedRange(numbers: JsonShape): NamedRange {
  return { ...rangeOf(numbers), isWhole: numbers.type === "integer" };
}

function listOption(flags: string, items: JsonShape): Option {
  if (items.type === "integer") return wholeListOption(flags, "", rangeOf(items));
  return items.type === "number" ? numberListOption(flags, "", rangeOf(items)) : namesOption(flags, "");
}

/** What a type refuses beside its range: "ascending numbers". */
function withRefinements(option: Option, type: z.ZodType): Option {
  const read = option.parseArg as ((text: string, before: unknown) => unknown) | undefined;
  if (read === undefined) return option;
  return option.argParser((text: string, before: unknown) => {
    const value = read(text, before);
    const issue = type.safeParse(value).error?.issues[0];
    if (issue === undefined) return value;
    // A refinement says what it wants; else a name of a list is empty.
    const what = issue.code === "custom" ? issue.message : "names divided by commas, none of them empty";
    throw usageError(option.long ?? option.flags, what, text);
  });
}

/** A field's line in help: what it is, its choices or range, its default. */
function describe({ help, type, default: byDefault }: Field): string {
  const range = rangeText(type);
  const choices = choicesOf(type);
  const what = choices === undefined ? help : `${help}: ${choices.join(", ")}`;
  return `${what}${range === "" ? "" : `, ${range}`}${byDefault === undefined ? "" : ` (default: ${byDefault})`}`;
}

/** The names that a field may have; undefined for one that is no name. */
export function choicesOf(type: z.ZodType): readonly string[] | undefined {
  return jsonShape(type).enum;
}

/** A number's range in short: "≥ 1", "in [0, 1)", "> 0"; empty where there is nothing to say. */
export function rangeText(type: z.ZodType): string {
  const shape = jsonShape(type);
  const number = shape.type === "array" ? (shape.items ?? {}) : shape;
  if (number.type !== "integer" && number.type !== "number") return "";
  const { min = 0, max = Infinity, aboveMin, belowMax } = rangeOf(number);
  if (max < Number.MAX_SAFE_INTEGER) {
    return `in ${aboveMin ? "(" : "["}${min}, ${max}${belowMax ? ")" : "]"}`;
  }
  return `${aboveMin ? ">" : "≥"} ${min}`;
}
