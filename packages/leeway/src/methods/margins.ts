import { type ClassCounts, ldamMargins, testPriorMargins } from "../imbalance/index.ts";
import type { MethodOptions } from "./options.ts";

/** What LDAM's margins are made from. */
export interface MarginOptions {
  readonly maxMargin: number;
  /** n'_j of an imbalanced test set, length K; a balanced one where undefined. */
  readonly testPrior?: readonly number[] | undefined;
}

/**
 * LDAM's margins: Δ_j ∝ n_j^(-1/4), or (n'_j / n_j)^(1/4) where the test set is known to be imbalanced.
 *
 * @throws ArgumentError if a number is out of its range, or `testPrior` has not one number a class
 * @source Cao et al. 2019 (arXiv:1906.07413v2), eqs. 13 and 15
 */
export function marginsFor(counts: ClassCounts, { maxMargin, testPrior }: MarginOptions): Float64Array {
  return testPrior === undefined
    ? ldamMargins(counts, { maxMargin })
    : testPriorMargins(counts, testPrior, { maxMargin });
}

/** An option as it is recorded: left out where it was not given. */
export function recordedPrior(testPrior: MethodOptions["testPrior"]): Pick<MethodOptions, "testPrior"> {
  return testPrior === undefined ? {} : { testPrior };
}
