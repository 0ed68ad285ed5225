import type { ClassCounts } from "../imbalance/index.ts";
import type { GivenWeights } from "./given-weights.ts";
import type { Method } from "./method.ts";
import { stagesOf } from "./stages.ts";

/** What a method does in training before an epoch, as texts that can be compared: equal ones give the same bits. */
interface FirstStage {
  readonly stage: string;
  readonly "last layer": string;
  readonly regulariser: string;
  readonly loss: string;
  readonly contrast: string;
}

/**
 * A method's training before an epoch, for these class counts.
 *
 * @param until the epoch, and how many the run has; class weights beside the method's
 */
export function firstStage(
  method: Method,
  counts: ClassCounts,
  until: { readonly epoch: number; readonly epochs: number; readonly given?: GivenWeights },
): FirstStage {
  const all = stagesOf(method, counts, until.epochs, until);
  const stages = all.filter(({ fromEpoch }) => fromEpoch < until.epoch);
  return {
    stage: textOf(stages.map((stage) => ({ ...stage, loss: null }))),
    // Until a stage trains its scales, which `stage` would tell, a scaled layer is a linear one.
    "last layer": method.classifier === "scaled-linear" ? "linear" : method.classifier,
    regulariser: textOf(method.regularisers),
    loss: textOf(stages.map(({ loss }) => loss)),
    contrast: textOf(method.contrast ?? {}),
  };
}

/** What differs between two methods' training, or null where nothing does. */
export function firstStageDifference(one: FirstStage, other: FirstStage): keyof FirstStage | null {
  const parts = ["stage", "last layer", "regulariser", "loss", "contrast"] as const;
  return parts.find((part) => one[part] !== other[part]) ?? null;
}

function textOf(value: object): string {
  return JSON.stringify(value, (_, inner: unknown) => (inner instanceof Float64Array ? [...inner] : inner));
}
