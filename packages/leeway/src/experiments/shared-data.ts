import type { Recipe } from "../recipe/index.ts";
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

/** The same for recipes on the same examples: a recipe without what only training reads. */
function dataKey(recipe: Recipe): string {
  return recipeText({
    ...recipe,
    ...{
      method: "any",
      methodOptions: {},
      model: "any",
      epochs: 1,
      batchSize: 1,
      momentum: 0,
      weightDecay: 0,
    },
    ...{ optimizer: "sgd" as const, precision: "fp32" as const, protocol: "paper" as const },
    schedule: { base: 1, warmupEpochs: 0, decays: [] },
  });
}
