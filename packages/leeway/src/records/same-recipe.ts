import type { RecipeRecord } from "./run-record.ts";

/**
 * Says whether two recipes ask for the same run: every field of one has the same value in the other, in
 * whatever order they were written. A field that only one of them has makes them differ.
 */
export function sameRecipe(first: RecipeRecord, second: RecipeRecord): boolean {
  return recipeText(first) === recipeText(second);
}

/** A recipe, or some of its fields, as one line of JSON, in alphabetical order: the same text for the same run. */
export function recipeText(recipe: Partial<RecipeRecord>): string {
  return JSON.stringify(recipe, (_, value: unknown) => (isFields(value) ? inOrder(value) : value));
}

function isFields(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function inOrder(fields: object): object {
  return Object.fromEntries(Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1)));
}
