import { fileURLToPath } from "node:url";
import { type InputKind, kindNouns } from "../catalogue/index.ts";
import { usageError } from "./options.ts";

/** The configuration files that come with Leeway, and the data that each is for. */
const recipes = {
  paper: "image",
  strong: "image",
  best: "image",
  features: "embedding",
} as const satisfies Readonly<Record<string, InputKind>>;

export type RecipeName = keyof typeof recipes;

/** Their names. */
export const recipeNames = Object.keys(recipes) as readonly RecipeName[];

/** The file of a recipe: one to read, and to copy and change. */
export function recipeFile(name: RecipeName): string {
  return fileURLToPath(new URL(`../../recipes/${name}.yaml`, import.meta.url));
}

/**
 * Refuses a recipe for data of another kind.
 *
 * @throws RunError with code "usage"
 */
export function requireRecipeFor(kind: InputKind, name: RecipeName): void {
  if (recipes[name] === kind) return;
  const its = kindNouns[kind];
  const fitting = recipeNames.filter((each) => recipes[each] === kind);
  const what = fitting.length === 0 ? `none for ${its}` : `one for ${its} (${fitting.join(", ")})`;
  const advice = `It is for ${kindNouns[recipes[name]]}; the defaults are for ${its}.`;
  throw usageError("--recipe", what, name, advice);
}
