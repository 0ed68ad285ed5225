import { type Recipe, type RecipeField, recipeFields } from "../recipe/index.ts";
import { recipeText } from "../records/index.ts";
import type { RunData } from "../training/index.ts";

/** Reads data once for recipes that follow each other on the same examples. */
export function sharing(load: (recipe: Recipe) => Promise<RunData>): (recipe: Recipe) => Promise<RunData> {
  let last: { readonly key: string; readonly data: RunData } | undefined;
  return async (recipe) => {
    const key = dataKey(recipe);
    if (last?.key !== key) {
      last = undefined; // the old data may go before the new is read
      last = { key, data: await load(recipe) };
    }
    return last.data;
  };
}

/** The fields of a recipe that say which examples there are, as text. */
function dataKey(recipe: Recipe): string {
  const fields: Readonly<Record<string, RecipeField>> = recipeFields;
  return recipeText(
    Object.fromEntries(Object.entries(recipe).filter(([name]) => fields[name]?.affects === "data")),
  );
}
