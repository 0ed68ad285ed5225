import { fileURLToPath } from "node:url";

/** The configuration files that come with Leeway. */
export const recipeNames = ["paper", "strong", "best", "features"] as const;

export type RecipeName = (typeof recipeNames)[number];

/** The file of a recipe: one to read, and to copy and change. */
export function recipeFile(name: RecipeName): string {
  return fileURLToPath(new URL(`../../recipes/${name}.yaml`, import.meta.url));
}
