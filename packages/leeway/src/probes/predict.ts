import { readFileSync } from "node:fs";
import { join } from "node:path";
import { catalogueForm, type Dataset, type RunPreparation } from "../data/index.ts";
import { RunError } from "../errors.ts";
import { type CalibrationFit, softmax, withPrior } from "../metrics/index.ts";
import { inputKindOf, type Recipe } from "../recipe/index.ts";
import { readRun, type StoredRun } from "../storage/index.ts";
import { endSession, readScores, startSession } from "../training/index.ts";
import { modelFile } from "../runs/run-files.ts";
import { loadWeights, readWeights, recipeOf } from "../runs/stored-session.ts";

/** A trained run, ready to predict. */
export interface Predictor {
  readonly run: StoredRun;
  readonly recipe: Recipe;
  readonly preparation: RunPreparation;
  readonly classNames: readonly string[];
  /** What makes probabilities of its logits; temperature 1 where nothing was held out to fit one. */
  readonly calibration: Pick<CalibrationFit, "temperature" | "offsets">;
}

/** How probabilities are read. */
export interface PredictOptions {
  /** π', the class frequencies where the model is used: length K; those that training left behind where left out. */
  readonly prior?: readonly number[] | undefined;
}

/**
 * Opens a run's folder to predict with it. Its data is not read. Whether it has finished, its summary says: the
 * network of an interrupted run is that of its last chosen epoch.
 *
 * @throws RunError with code "run" if there is no run
 */
export function openPredictor(path: string): Predictor {
  const run = readRun(path);
  const recipe = recipeOf(run);
  const { classNames } = run.record.data;
  const fitted = run.summary?.calibration;
  const file = join(path, "preparation.json");
  return {
    run,
    recipe,
    classNames,
    preparation: {
      ...{ kind: inputKindOf(recipe), record: readPreparation(file), path: file, classNames },
      catalogue: recipe.source === undefined ? catalogueForm(recipe.dataset) : undefined,
    },
    calibration: fitted ?? { temperature: 1, offsets: classNames.map(() => 0) },
  };
}

/**
 * The probabilities of every class for examples that were prepared as the run's own, in their order.
 *
 *     p = softmax(s · z / T),   with a prior   p_j ∝ e^{s z_j / T + b_j} · π'_j / π_j
 *
 * @returns [N, K] row by row
 * @throws RunError with code "run" if the weights are not there or do not fit
 */
export async function predict(
  { run, recipe, calibration }: Predictor,
  dataset: Dataset,
  { prior }: PredictOptions = {},
): Promise<Float32Array> {
  const weights = readWeights(join(run.path, modelFile));
  const counts = run.record.data.trainCounts;
  // A session knows its classes by the training counts; its data is what is predicted.
  const session = startSession(recipe, { train: dataset, validation: null, test: dataset, counts });
  try {
    loadWeights(session, weights);
    const { scores } = await readScores(session, dataset);
    const { scale } = session.method;
    if (prior !== undefined) return withPrior(scores, calibration, { prior, counts, scale });
    return softmax(scores, counts.length, { scale: scale / calibration.temperature });
  } finally {
    endSession(session);
  }
}

function readPreparation(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return null; // examples that were numbers from the start
    throw new RunError("run", `${path}: expected a file that can be read, got ${String(cause)}.`, {
      path,
      cause,
    });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RunError("run", `${path}: expected JSON, got something else. Train the run again.`, {
      path,
      cause,
    });
  }
}
