import type { NumberSummary } from "./summary.ts";

/** Our number beside the paper's. All in per cent, differences in percentage points. */
export interface Comparison {
  /** As printed; null where the paper prints none. */
  readonly paper: number | null;
  /** Null where no run has finished. */
  readonly ours: NumberSummary | null;
  /** Ours less the paper's: below 0 where ours errs less. Null where one of the two is missing. */
  readonly difference: number | null;
  /** Whether the paper's number lies in our interval; null where there is none, as with one seed. */
  readonly paperInInterval: boolean | null;
}

/**
 * Puts errors of ours beside the error that the paper prints.
 *
 * @param paper per cent, as printed; null where the paper prints none
 * @param ours  fractions, as {@link NumberSummary} of runs has them; null where no run has finished
 */
export function compareWithPaper(paper: number | null, ours: NumberSummary | null): Comparison {
  const inPercent = ours === null ? null : scaled(ours, 100);
  const interval = inPercent?.interval ?? null;
  return {
    paper,
    ours: inPercent,
    difference: paper === null || inPercent === null ? null : inPercent.mean - paper,
    paperInInterval:
      paper === null || interval === null ? null : interval[0] <= paper && paper <= interval[1],
  };
}

function scaled({ n, mean, deviation, interval }: NumberSummary, factor: number): NumberSummary {
  return {
    n,
    mean: factor * mean,
    deviation: deviation === null ? null : factor * deviation,
    interval: interval === null ? null : [factor * interval[0], factor * interval[1]],
  };
}
