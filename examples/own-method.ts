// A method of your own, from parts: focal loss in all epochs, and sampling odds of n^(-1/2) in the second half.
// Trained beside plain training on the same table. Needs libtorch (npx leeway setup).
import { recipeForData, runRecipe, type RecipeOptions } from "leeway";

const methods: Record<string, RecipeOptions> = {
  plain: { method: "erm" },
  own: { methodOptions: { loss: "focal", gamma: 2, sampler: "sqrt", deferAt: 0.5 } },
};

for (const [name, method] of Object.entries(methods)) {
  const recipe = await recipeForData("transactions.csv", { label: "fraud", epochs: 10, ...method });
  for await (const event of runRecipe(recipe, { runsDir: "runs", name })) {
    if (event.kind === "end") console.log(name, event.summary.test?.perClass);
  }
}
