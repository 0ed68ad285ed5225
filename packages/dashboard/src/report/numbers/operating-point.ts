import type { ClassDetection } from "../../../../leeway/src/report/page/report-data.ts";

/** What a threshold on a class's probability comes to. */
export interface OperatingPoint {
  readonly threshold: number;
  readonly recall: number;
  /** NaN where nothing is decided for the class. */
  readonly precision: number;
  readonly f1: number;
  /** Of 1,000 cases. */
  readonly alerts: number;
  readonly found: number;
  readonly missed: number;
  readonly falseAlarms: number;
}

/**
 * A point of a detection, where a share π of the cases is of the class.
 *
 *     precision = π R / (π R + (1 - π) F)     R the recall, F the share of the others that is decided for it
 *
 * @param at    which of its thresholds
 * @param share π, in (0, 1)
 */
export function pointAt(detection: ClassDetection, at: number, share: number): OperatingPoint {
  const recall = detection.found[at]! / detection.positives;
  const fallOut = detection.negatives === 0 ? 0 : detection.falseAlarms[at]! / detection.negatives;
  const [found, falseAlarms] = [1000 * share * recall, 1000 * (1 - share) * fallOut];
  const missed = 1000 * share - found;
  return {
    threshold: detection.thresholds[at]!,
    recall,
    precision: found / (found + falseAlarms),
    f1: (2 * found) / (2 * found + falseAlarms + missed),
    alerts: found + falseAlarms,
    ...{ found, missed, falseAlarms },
  };
}

/** What errors cost: a missed example of the class, and a false alarm. */
export interface Costs {
  readonly missed: number;
  readonly alarm: number;
}

/** Of 1,000 cases. */
export function costOf({ missed, falseAlarms }: OperatingPoint, costs: Costs): number {
  return costs.missed * missed + costs.alarm * falseAlarms;
}

/** The place of the threshold that a function of points is highest at; of equal ones the first. */
export function bestPoint(
  detection: ClassDetection,
  share: number,
  worth: (point: OperatingPoint) => number,
): number {
  let [best, top] = [0, -Infinity];
  for (let at = 0; at < detection.thresholds.length; at++) {
    const value = worth(pointAt(detection, at, share));
    if (value > top) [best, top] = [at, value];
  }
  return best;
}

/** The share of its examples that a class has in the test split. */
export function testShare({ positives, negatives }: ClassDetection): number {
  return positives / (positives + negatives);
}
