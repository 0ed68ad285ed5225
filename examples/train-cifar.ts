// Trains LDAM-DRW on a small long-tailed CIFAR-10, 200 images of the largest class and 10 of the smallest (a tenth of
// them chooses the epoch), and prints the accuracy of every class.
// Needs libtorch (npx leeway setup) and the data (npx leeway data get cifar10).
import { recipeFor, runRecipe } from "leeway";

const recipe = recipeFor("cifar10", {
  profile: "longtail",
  maxPerClass: 200,
  ratio: 20,
  method: "ldam-drw",
  model: "resnet8",
  epochs: 3,
});

for await (const event of runRecipe(recipe, { runsDir: "runs" })) {
  if (event.kind === "begin") console.log(`training in ${event.folder}`);
  if (event.kind === "epoch") {
    const { epoch, train } = event.record;
    console.log(`epoch ${epoch + 1}: loss ${train.loss.toFixed(3)}`);
  }
  if (event.kind === "end") {
    const { classNames, trainCounts } = event.record.data;
    event.summary.test?.perClass.forEach((accuracy, j) => {
      console.log(`${classNames[j]}, ${trainCounts[j]} images: ${(100 * (accuracy ?? 0)).toFixed(1)} %`);
    });
  }
}
