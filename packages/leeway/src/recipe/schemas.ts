import { stringify } from "yaml";
import { z } from "zod";
import { type Recipe, type RecipeField, recipeFields } from "./fields.ts";
import type { Init } from "./init.ts";
import { scheduleFields } from "./schedule-fields.ts";
import type { RecipeOptions } from "./recipe.ts";

const fields: readonly (readonly [string, RecipeField])[] = Object.entries(recipeFields);

/** What a recipe looks like in a record. */
export const recipeRecordSchema = z.strictObject(
  Object.fromEntries(
    fields.map(([name, { type, recorded = type, optional }]) => [
      name,
      optional ? recorded.exactOptional() : recorded,
    ]),
  ),
) as unknown as z.ZodType<Recipe>;

const requested = fields.map(([name, { type, requested = type, help, default: byDefault }]) => {
  const text = `${help.charAt(0).toUpperCase()}${help.slice(1)}`;
  return [name, requested.describe(byDefault === undefined ? text : `${text} (default: ${byDefault})`)];
});

/** What a configuration file may hold: any field of a recipe, and of some any part. */
export interface Config extends Omit<RecipeOptions, keyof typeof scheduleFields | "examples" | "init"> {
  /** For editors; not read. */
  readonly $schema?: string;
  readonly dataset?: string;
  /** A path, or what a recipe records of it. */
  readonly init?: string | Init;
}

/** What a configuration file must look like; every field may be absent. */
export const configSchema = z
  .strictObject({
    $schema: z.string().describe("For editors; not read"),
    ...(Object.fromEntries(requested) as Readonly<Record<string, z.ZodType>>),
  })
  .partial()
  .describe("A run of leeway: leeway train --config FILE");

/** What a program may request of a recipe. */
export const optionsSchema = z
  .strictObject({
    ...(Object.fromEntries(requested) as Readonly<Record<string, z.ZodType>>),
    ...Object.fromEntries(Object.entries(scheduleFields).map(([name, { type }]) => [name, type])),
    init: recipeFields.init.type, // of which only commands and functions that read files know a path alone
    examples: z.int().min(0),
  })
  .partial();

/** The JSON Schema of a configuration file, with which editors complete and check it. */
export function configJsonSchema(): object {
  return z.toJSONSchema(configSchema, { io: "input" });
}

/** A recipe as a configuration file that requests it again: YAML. */
export function configText(recipe: Recipe): string {
  return stringify(recipe, { aliasDuplicateObjects: false, lineWidth: 0 });
}
