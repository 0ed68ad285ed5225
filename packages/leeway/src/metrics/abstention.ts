import { type ClassSets, fitClassSets } from "./class-sets.ts";
import { type AlphaChoice, alphaChoices, countSets, type SetCounts } from "./set-counts.ts";

/** Sets of classes by which a run abstains, and what they come to on its test split. */
export interface Abstention extends ClassSets {
  /** What the sets of test examples hold, by true class, length K. */
  readonly test: readonly SetCounts[];
  /** What other α would have led to on the validation split, the largest first; the requested one is among them. */
  readonly choices: readonly AlphaChoice[];
}

/** Examples with what a run says of them. */
interface Scored {
  /** [N, K] row by row. */
  readonly probabilities: Float32Array;
  /** True classes, length N. */
  readonly labels: ArrayLike<number>;
  /** Classes that another rule decides for, length N; absent where the sets decide. */
  readonly decisions?: ArrayLike<number> | undefined;
}

/**
 * Fits sets of classes on the validation split, and counts once what they hold on the test split.
 *
 * @throws ArgumentError as {@link fitClassSets}
 */
export function fitAbstention(
  validation: Scored,
  test: Scored,
  shape: { readonly classes: number; readonly alpha: number },
): Abstention {
  const sets = fitClassSets(validation.probabilities, validation.labels, shape);
  return {
    ...sets,
    test: countSets(test.probabilities, test.labels, { sets, decisions: test.decisions }),
    choices: alphaChoices(validation.probabilities, validation.labels, { sets }),
  };
}
