import { deferralEpoch } from "../imbalance/index.ts";
import { type Method, methodOf, stagesOf } from "../methods/index.ts";
import type { RunRecord, Summary } from "../records/index.ts";

/**
 * The epoch, counted from 0, at which a run's method began its last stage, where the chosen epoch came before it: the
 * network that was kept never saw that stage, and its numbers are those of the stages before. Null otherwise.
 */
export function unseenStage({ recipe, data }: RunRecord, { best }: Summary): number | null {
  const method = methodOf(recipe.method, recipe.methodOptions);
  const last = stagesOf(method, data.trainCounts, recipe.epochs).at(-1)?.fromEpoch ?? 0;
  const begins = Math.max(last, ...missedDeferral(method, recipe.epochs));
  return best !== null && best.epoch < begins ? begins : null;
}

/** The epoch of a deferral that a run is too short for: its second stage never begins. None where it does. */
export function missedDeferral({ options: { deferAt } }: Pick<Method, "options">, epochs: number): number[] {
  if (typeof deferAt !== "number") return [];
  const epoch = deferralEpoch(epochs, { deferAt });
  return epoch < epochs ? [] : [epoch];
}

/** What is said of runs whose chosen epoch came before their last stage: a sentence; none where there are none. */
export function unseenStageNotes(what: string, seeds: readonly number[]): string[] {
  if (seeds.length === 0) return [];
  const which = `${seeds.length === 1 ? "seed" : "seeds"} ${seeds.join(", ")}`;
  return [
    `${what}, ${which}: an epoch before its last stage was chosen, so that its numbers are those without it.`,
  ];
}
