import { backboneFields, readerFields, type ReaderField, textFields } from "../src/catalogue/index.ts";
import { flagOf } from "../src/cli/fault-words.ts";
import { choicesOf, rangeText } from "../src/cli/options/field-option.ts";
import type { Field } from "../src/field.ts";
import { type RecipeField, recipeFields, scheduleFields } from "../src/recipe/index.ts";

/** The rows of docs/config.md's table of fields: name, option, values, default, meaning. */
export function fieldRows(): string[] {
  const of = (
    prefix: string,
    table: Readonly<Record<string, Field & { readonly name?: string }>>,
  ): string[] =>
    Object.entries(table).map(([name, field]) => row(`${prefix}${field.name ?? name}`, name, field));
  return Object.entries<RecipeField>(recipeFields).flatMap(([name, field]) => [
    row(name, name, field),
    ...(name === "backbone" ? of("backbone.", backboneFields) : []),
    ...(name === "text" ? of("text.", textFields) : []),
    ...(name === "schedule" ? of("", scheduleFields).map((text) => text.replace(/^\| `\w+` \|/, "| |")) : []),
  ]);
}

/** The rows of its table of the options of readers: option, kinds, name in a file, values, default, meaning. */
export function readerRows(): string[] {
  return Object.entries<ReaderField>(readerFields).map(([option, field]) => {
    const [, ...cells] = cellsOf(field.name ?? option, option, field);
    const [flag, ...rest] = cells;
    return `| ${[flag, field.kinds.join(", "), code(field.name ?? option), ...rest].join(" | ")} |`;
  });
}

function row(title: string, name: string, field: Field): string {
  return `| ${cellsOf(title, name, field).join(" | ")} |`;
}

function cellsOf(title: string, name: string, field: Field): string[] {
  const { flag = flagOf(name), type, help, default: byDefault = "" } = field;
  const choices = choicesOf(type) ?? [];
  const values = choices.length > 4 ? "" : choices.map(code).join(", ");
  return [code(title), flag === null ? "" : code(flag), values || rangeText(type), byDefault, help];
}

function code(text: string): string {
  return `\`${text}\``;
}

/** A page's or a row's text with single spaces, as prettier may align tables. */
export function squeezed(text: string): string {
  return text
    .replace(/[ \t]+/g, " ")
    .replaceAll("| |", "||")
    .replaceAll("| |", "||");
}
