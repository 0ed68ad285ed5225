import { methodOf } from "../methods/index.ts";
import type { RunRecord, Summary } from "../records/index.ts";

/**
 * The epoch, counted from 0, at which a run's method began its last stage, where the chosen epoch came before it: the
 * network that was kept never saw that stage, and its numbers are those of the stages before. Null otherwise.
 */
export function unseenStage({ recipe, data }: RunRecord, { best }: Summary): number | null {
  const method = methodOf(recipe.method, recipe.methodOptions);
  const begins = method.stages(data.trainCounts, recipe.epochs).at(-1)?.fromEpoch ?? 0;
  return best !== null && best.epoch < begins ? begins : null;
}
