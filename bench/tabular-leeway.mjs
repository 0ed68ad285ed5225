import { join } from "node:path";
import { openPredictor, recipeForData, runRecipe } from "../packages/leeway/dist/index.js";

let runs = 0;

/**
 * Trains what `leeway train TABLE --label CLASS` trains, with what `recipe` says otherwise, on rows that were split
 * already, and reads its scores.
 */
export async function runLeeway({ path, custom, seed, source, parts, counts }, { recipe: options, folder }) {
  const { label, options: readerOptions } = custom;
  const recipe = await recipeForData(path, { kind: "table", label, readerOptions, seed, ...options });
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  const preparation = source.prepare(parts.train);
  const [train, validation, test] = [parts.train, parts.validation, parts.test].map((part) =>
    preparation.apply(part),
  );
  const name = `run-${runs++}`;
  let summary;
  const data = { train, validation, test, counts, preparation };
  for await (const event of runRecipe(recipe, { runsDir: folder, name, data })) {
    if (event.kind === "end") summary = event.summary;
  }
  const { user, system } = process.cpuUsage(cpu);
  const used = { seconds: (performance.now() - startedAt) / 1000, processorSeconds: (user + system) / 1e6 };
  const predictor = openPredictor(join(folder, name));
  try {
    const tested = await predictor.classify(test);
    const validated = await predictor.classify(validation);
    const { model, method, epochs, batchSize } = recipe;
    return {
      scores: {
        ranked: rankedBy(tested, counts.length),
        probabilities: tested.probabilities,
        decisions: tested.classes,
        validation: rankedBy(validated, counts.length),
      },
      ...used,
      recipe: { model, method, epochs, batchSize, ...options },
      bestEpoch: summary?.bestEpoch?.epoch,
    };
  } finally {
    await predictor.close();
  }
}

/** Of two classes the difference of the scores, which tells apart what probabilities near 1 do not; else probabilities. */
function rankedBy({ scores, probabilities }, classes) {
  if (classes !== 2) return probabilities;
  const ranked = new Float64Array(scores.length);
  for (let i = 0; i < scores.length; i += 2) {
    ranked[i + 1] = scores[i + 1] - scores[i];
    ranked[i] = -ranked[i + 1];
  }
  return ranked;
}
