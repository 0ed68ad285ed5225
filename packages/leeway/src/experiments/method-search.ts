import { marginLoss } from "../imbalance/index.ts";
import { expected } from "../errors.ts";
import { type LossSpec, methodOf, stagesOf } from "../methods/index.ts";
import { type Recipe, recipeFor } from "../recipe/index.ts";

/** Largest margins that are tried, the largest first: the paper's 0.5 and 0.3, and what lies around them. */
export const triedMargins = [0.8, 0.5, 0.3, 0.2, 0.1] as const;

/** Shares of the epochs before the second stage that are tried; of the paper's 200 epochs, 120 to 180. */
export const triedDeferrals = [0.6, 0.7, 0.8, 0.9] as const;

/** A pilot's length, as a share of the run's: of a fifth, all margins are still out of reach for many. */
const pilotShare = 0.5;

/** How many examples fewer may reach a margin than the smallest that was tried: more is under-fitting. */
const lostShare = 0.05;

/**
 * Runs that show whether a margin is too large: half the length at the same rate, without a second stage, one for
 * each largest margin.
 *
 * @throws ArgumentError if the recipe's method has no margins
 */
export function pilotRecipes(recipe: Recipe, margins: readonly number[] = triedMargins): Recipe[] {
  const { dataset, epochs, schedule, methodOptions, freezeEpochs, ...rest } = recipe;
  if (methodOptions["maxMargin"] === undefined) {
    throw expected("pilotRecipes", "method", "to have margins", recipe.method);
  }
  const length = Math.max(1, Math.round(pilotShare * epochs));
  const pilot = {
    ...{ ...rest, epochs: length, lr: schedule.base, cosine: schedule.cosineUntil !== undefined },
    ...(freezeEpochs !== undefined && { freezeEpochs: Math.min(freezeEpochs, length) }),
  };
  const never = methodOptions["deferAt"] === undefined ? {} : { deferAt: 1 };
  return margins.map((maxMargin) =>
    recipeFor(dataset, { ...pilot, methodOptions: { ...methodOptions, ...never, maxMargin } }),
  );
}

/**
 * Runs that differ in when their second stage begins, the earliest first, so that the others go on from its first stage.
 *
 * @throws ArgumentError if the recipe's method has no second stage
 */
export function deferralRecipes(recipe: Recipe, shares: readonly number[] = triedDeferrals): Recipe[] {
  const { dataset, methodOptions, ...rest } = recipe;
  if (methodOptions["deferAt"] === undefined) {
    throw expected("deferralRecipes", "method", "to have a second stage", recipe.method);
  }
  return shares.map((deferAt) =>
    recipeFor(dataset, { ...rest, methodOptions: { ...methodOptions, deferAt } }),
  );
}

/** A largest margin, and how many training examples reach theirs with it. */
export interface TriedMargin {
  readonly maxMargin: number;
  /** The share of a class's training examples with a margin of at least the class's, the mean over the classes. */
  readonly reached: number;
}

/**
 * How many training examples reach the margins that their loss asks for.
 *
 * @param byClass margins of each class's examples, ascending
 */
export function reachedShare(recipe: Recipe, byClass: readonly Float64Array[]): number {
  const counts = byClass.map(({ length }) => length);
  const [{ loss }] = stagesOf(methodOf(recipe.method, recipe.methodOptions), counts, recipe.epochs);
  const shares = byClass.map((margins, j) => 1 - marginLoss(margins, targetOf(loss, j)));
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** The margin that a loss asks of a class. */
function targetOf(loss: LossSpec, label: number): number {
  if ("margins" in loss) return loss.margins[label]!; // one a class
  return "margin" in loss ? loss.margin : 0;
}

/**
 * The largest margin that does not under-fit: of those that at most 5 % of the examples fewer reach than reach the smallest.
 *
 * @param tried at least one
 */
export function largestFitting(tried: readonly TriedMargin[]): TriedMargin {
  const smallest = tried.reduce((held, each) => (each.maxMargin < held.maxMargin ? each : held));
  const fitting = tried.filter(({ reached }) => reached >= smallest.reached - lostShare);
  return fitting.reduce((held, each) => (each.maxMargin > held.maxMargin ? each : held));
}
