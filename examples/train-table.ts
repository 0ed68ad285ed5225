// Trains on a table, transactions.csv with a column "fraud", and reads the run's metrics back from its folder.
// Needs libtorch (npx leeway setup).
import { loadRun, recipeForData, runRecipe } from "leeway";

const recipe = await recipeForData("transactions.csv", { label: "fraud", epochs: 10 });

for await (const event of runRecipe(recipe, { runsDir: "runs", name: "fraud" })) {
  if (event.kind === "epoch") console.log(`epoch ${event.record.epoch + 1}`);
}

const { record, epochs, summary } = loadRun("runs/fraud");
console.log(`trained on ${record.data.trainSize} rows for ${epochs.length} epochs`);
if (summary?.test) {
  const { balancedAccuracy, worstClass, detection } = summary.test;
  const shown = (share: number | null) => share?.toFixed(3) ?? "unknown"; // null: no test rows of a class
  console.log(`balanced accuracy ${shown(balancedAccuracy)}, worst class ${shown(worstClass)}`);
  // Of two classes: how well the rarer one is found.
  if (detection) console.log(`average precision ${detection.averagePrecision.toFixed(3)}`);
}
