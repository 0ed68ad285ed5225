import { expected } from "../errors.ts";

/** The margins of one class's examples in a few numbers, in the unit of the logits. */
export interface MarginSummary {
  /** γ_j of eq. (2); below 0 where the class is not separable. */
  readonly minimum: number;
  /** The 1 % quantile: as the minimum, but for the worst hundredth. */
  readonly lowest: number;
  readonly median: number;
  readonly mean: number;
  /** The share of examples with a margin below 0, which are classified wrongly. */
  readonly belowZero: number;
}

/**
 * The margin of each example, γ(x, y) = z_y - max_{j≠y} z_j.
 *
 * @param logits  z, [N, K] row-major
 * @param labels  y, [N], each 0 to K - 1
 * @param classes K, at least 2
 * @returns [N]
 * @throws ArgumentError if a label is no class or `logits` has not N · K values
 * @source Cao et al. 2019 (arXiv:1906.07413v2), eq. 1
 */
export function exampleMargins(
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): Float64Array {
  if (logits.length !== labels.length * classes) {
    throw expected("exampleMargins", "logits", `to be ${labels.length} x ${classes} values`, logits.length);
  }
  const margins = new Float64Array(labels.length);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    const own = logits[i * classes + label];
    if (!(label >= 0 && label < classes) || own === undefined) {
      throw expected(
        "exampleMargins",
        `labels[${i}]`,
        `to be a whole number from 0 to ${classes - 1}`,
        label,
      );
    }
    let rival = -Infinity;
    for (let j = 0; j < classes; j++) {
      if (j !== label) rival = Math.max(rival, logits[i * classes + j]!);
    }
    margins[i] = own - rival;
  }
  return margins;
}

/**
 * Margins by class.
 *
 * @param margins [N]
 * @param labels  y, [N], each 0 to K - 1
 * @param classes K
 * @returns K arrays: the margins of the class's examples, ascending; empty where it has none
 */
export function marginsByClass(
  margins: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): Float64Array[] {
  const byClass: number[][] = Array.from({ length: classes }, () => []);
  for (let i = 0; i < labels.length; i++) byClass[labels[i]!]!.push(margins[i]!); // as long as each other
  return byClass.map((each) => Float64Array.from(each).sort());
}

/**
 * The margin that at most a share of the examples lie below: 0 gives the minimum.
 *
 * @param margins ascending, at least one
 * @param share   in [0, 1)
 * @throws ArgumentError if there are no margins or `share` is not in [0, 1)
 */
export function marginQuantile(margins: Float64Array, share: number): number {
  if (!(share >= 0 && share < 1)) throw expected("marginQuantile", "share", "to be in [0, 1)", share);
  const margin = margins[Math.floor(share * margins.length)];
  if (margin === undefined) throw expected("marginQuantile", "margins", "to be at least one", margins.length);
  return margin;
}

/**
 * The margin loss L̂_{γ,j}: the share of a class's examples with a margin below γ.
 *
 * @param margins of the class's examples, ascending
 * @param gamma   γ
 * @throws ArgumentError if there are no margins
 */
export function marginLoss(margins: Float64Array, gamma: number): number {
  if (margins.length === 0) throw expected("marginLoss", "margins", "to be at least one", 0);
  const from = margins.findIndex((margin) => margin >= gamma);
  return (from === -1 ? margins.length : from) / margins.length;
}

/**
 * A class's margins in a few numbers.
 *
 * @param margins ascending, at least one
 * @throws ArgumentError if there are no margins
 */
export function summarizeMargins(margins: Float64Array): MarginSummary {
  return {
    minimum: marginQuantile(margins, 0),
    lowest: marginQuantile(margins, 0.01),
    median: marginQuantile(margins, 0.5),
    mean: margins.reduce((sum, margin) => sum + margin, 0) / margins.length,
    belowZero: marginLoss(margins, 0),
  };
}
