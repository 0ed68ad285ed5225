import type { Recipe } from "../recipe/index.ts";
import type { ChoosingMetric, EpochRecord } from "../records/index.ts";
import type { Session } from "../training/index.ts";
import type { ChosenEpoch } from "./chosen-epoch.ts";
import { goodnessOf } from "./choosing-metric.ts";

/**
 * Whether a run is over: all epochs of its recipe are done, or its patience is at an end.
 *
 * @param epochs the records of those that are done
 */
export function isOver(
  { recipe, stages }: Pick<Session, "recipe" | "stages">,
  { metric }: Pick<ChosenEpoch, "metric">,
  epochs: readonly EpochRecord[],
): boolean {
  if (epochs.length >= recipe.epochs) return true;
  const { patience } = recipe;
  if (patience === undefined || metric === null) return false;
  const fromEpoch = stages.at(-1)?.fromEpoch ?? 0;
  return epochsWithoutGain(epochs, { metric, fromEpoch }) >= patience;
}

/**
 * How many epochs in a row, up to the last, have not done better than the best of the epochs from `fromEpoch` on. An
 * epoch as good as the best is no better. It follows from the records alone, so that a resumed run ends where one that
 * was never stopped does.
 *
 * @param metric    what chooses the epoch
 * @param fromEpoch where the method's last stage begins: the stage is given time to catch up with those before
 */
export function epochsWithoutGain(
  epochs: readonly EpochRecord[],
  { metric, fromEpoch }: { readonly metric: ChoosingMetric; readonly fromEpoch: number },
): number {
  let [best, since] = [-Infinity, 0];
  for (const { epoch, evaluation } of epochs) {
    if (epoch < fromEpoch || evaluation === null) continue;
    const score = goodnessOf(evaluation, metric);
    since = score > best ? 0 : since + 1;
    best = Math.max(best, score);
  }
  return since;
}

/** Warns where nothing chooses the epoch, so that patience never ends the run: a sentence, or none. */
export function patienceAdvice(
  { patience }: Pick<Recipe, "patience">,
  { metric }: Pick<ChosenEpoch, "metric">,
): string[] {
  if (patience === undefined || metric !== null) return [];
  return [
    "Patience: the validation split has too few examples of a class to tell a better epoch from luck, so all epochs are trained and the last one counts. A larger --validation-fraction holds out more.",
  ];
}
