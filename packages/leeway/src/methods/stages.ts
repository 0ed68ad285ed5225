import {
  type ClassCounts,
  deferralEpoch,
  effectiveNumberWeights,
  inverseFrequencyWeights,
  ones,
  squareRootWeights,
} from "../imbalance/index.ts";
import { expected } from "../errors.ts";
import { losses, type LossSpec } from "./losses.ts";
import { type GivenWeights, withGiven } from "./given-weights.ts";
import type { Method } from "./method.ts";
import type { Balance, SecondStage } from "./row.ts";

/** What training minimises, what each class counts for and how often its examples are drawn, from an epoch on. */
export interface Stage {
  /** The first epoch of the stage, counted from 0. */
  readonly fromEpoch: number;
  /** What is minimised. */
  readonly loss: LossSpec;
  /** What an example of class j weighs in the loss: length K, mean 1 over the classes. */
  readonly classWeights: Float64Array;
  /** How often an example of class j is drawn, relative to the others: length K, mean 1 over the classes. */
  readonly samplingOdds: Float64Array;
  /** What learns: the last layer alone, or only the scales of its logits, on features that stay. Default: everything. */
  readonly trainable?: "classifier" | "scale";
  /**
   * Whether batch normalisation goes on learning its statistics where features do not: other odds show it other
   * examples than those it knows.
   */
  readonly shiftStatistics?: boolean;
  /** Whether the last layer starts anew. */
  readonly restart?: boolean;
  /**
   * The learning rate at the stage's start, as a multiple of the recipe's before it drops; it falls epoch by epoch
   * along half a cosine to 0. Default: the recipe's schedule.
   */
  readonly rateFactor?: number;
}

/** A method's stages in order; the first begins at epoch 0. */
export type Stages = readonly [Stage, ...Stage[]];

/**
 * A method's stages in a run. Class weights that were given hold in the last of them: from the deferral on, or from the
 * first step where nothing is deferred.
 *
 * @param counts n_j of the training set, length K
 * @param epochs length of the run; the second stage begins at `deferralEpoch`, or never
 * @param given  class weights beside the method's; none by default
 * @throws ArgumentError if a count is below 1, or an option is not for these classes
 * @source deferral: Cao et al. 2019 (arXiv:1906.07413v2), Algorithm 1
 */
export function stagesOf(
  method: Method,
  counts: ClassCounts,
  epochs: number,
  { given = {} }: { readonly given?: GivenWeights } = {},
): Stages {
  const [first, ...then] = plainStages(method, counts, epochs);
  const last = then.at(-1) ?? first;
  const weighed = { ...last, classWeights: withGiven(last.classWeights, given, counts) };
  return last === first ? [weighed] : [first, ...then.slice(0, -1), weighed];
}

function plainStages(method: Method, counts: ClassCounts, epochs: number): Stages {
  const first = stageFrom(method, method.first, { counts, fromEpoch: 0 });
  if (method.then === undefined) return [first];
  const { at, ...then } = method.then;
  const fromEpoch = deferralEpoch(epochs, { deferAt: at });
  const second = stageFrom(method, then, { counts, fromEpoch });
  if (fromEpoch === 0) return [second];
  return fromEpoch < epochs ? [first, second] : [first];
}

/**
 * The stage that holds in an epoch: the last one that has begun.
 *
 * @param stages in ascending order of `fromEpoch`; the first begins at epoch 0
 * @param epoch  counted from 0
 * @throws ArgumentError if no stage has begun by that epoch
 */
export function stageAt(stages: readonly Stage[], epoch: number): Stage {
  const stage = stages.findLast(({ fromEpoch }) => fromEpoch <= epoch);
  if (stage === undefined) {
    const beginnings = stages.map(({ fromEpoch }) => fromEpoch);
    const advice = "Begin the first at epoch 0.";
    throw expected("stageAt", "stages", `to have begun by epoch ${epoch}`, beginnings, advice);
  }
  return stage;
}

function stageFrom(
  { first, values }: Method,
  { loss = first.loss, weights = "none", sampler = "none", ...learning }: Omit<SecondStage, "at">,
  { counts, fromEpoch }: { readonly counts: ClassCounts; readonly fromEpoch: number },
): Stage {
  return {
    fromEpoch,
    loss: losses[loss].spec(counts, values),
    classWeights: balanceOf(weights, counts, values.beta),
    samplingOdds: balanceOf(sampler, counts, values.beta),
    ...learning,
  };
}

function balanceOf(balance: Balance, counts: ClassCounts, beta: number): Float64Array {
  switch (balance) {
    case "none":
      return ones(counts);
    case "inverse":
      return inverseFrequencyWeights(counts);
    case "effective-number":
      return effectiveNumberWeights(counts, { beta });
    case "sqrt":
      return squareRootWeights(counts);
  }
}
