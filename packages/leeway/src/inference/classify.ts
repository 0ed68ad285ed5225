import { decisionsOf } from "../decisions/index.ts";
import { expected } from "../errors.ts";
import {
  calibratedPrior,
  calibratedProbabilities,
  type CalibrationFit,
  estimatePrior,
  minForPrior,
  type PriorEstimate,
  topClasses,
  withPrior,
} from "../metrics/index.ts";
import { type DecisionRecord, isBySets } from "../records/index.ts";
import { abstentionOf } from "./abstention.ts";
import type { Classified } from "./prediction.ts";
import type { PriorShares } from "./prior-shares.ts";

/** What makes classes and probabilities of a network's logits. */
export interface LogitsReading {
  /** s of the loss. */
  readonly scale: number;
  /** Null where nothing was held out to fit one. */
  readonly calibration: CalibrationFit | null;
  /** n_j whose frequencies probabilities have, length K. */
  readonly priorCounts: readonly number[];
  /** The decision to apply; null for none. */
  readonly decision: DecisionRecord | null;
}

/**
 * Classes and probabilities of logits.
 *
 *     p = softmax(s · z / T + b),   with a prior   p_j ∝ e^{s z_j / T + b_j} · π'_j / π_j
 *
 * The class is that of the highest z; with a prior that of the highest p. The decision is made of the probabilities that
 * a requested prior gives, else of those that it was chosen for.
 *
 * @param logits z, [N, K] row by row
 * @param prior  π'; undefined for none, which are the method's own decisions
 * @throws ArgumentError for the prior "auto" of fewer than 50 examples, or without a calibration
 */
export function classifyLogits(
  logits: Float32Array,
  reading: LogitsReading,
  prior: PriorShares | undefined,
): Classified {
  const classes = reading.priorCounts.length;
  if (prior === "auto") requireEstimate(logits.length / classes, reading.calibration);
  const estimate = prior === "auto" ? estimateOf(logits, reading) : undefined;
  const named = prior === "auto" ? estimate?.prior : prior;
  const probabilities = probabilitiesOf(logits, reading, named);
  // A probability of 0 has no logarithm.
  const scores = prior === undefined ? logits : probabilities.map((p) => Math.log(Math.max(p, 1e-38)));
  const predicted = topClasses(scores, classes);
  const own = { classes: predicted, scores, probabilities, ...(estimate && { estimate }) };
  const { decision } = reading;
  if (decision === null) return own;
  const moved = prior === undefined && decision.prior !== undefined;
  const read = moved ? probabilitiesOf(logits, reading, decision.prior) : probabilities;
  const sets = decision.abstain && probabilitiesOf(logits, reading, undefined);
  const decisions = decisionsOf(sets && isBySets(decision) ? sets : read, decision.rule, { classes });
  if (sets === undefined || decision.abstain === undefined) return { ...own, decisions };
  return { ...own, decisions, abstention: abstentionOf(sets, decision.abstain, decisions) };
}

/** The probabilities of logits, [N, K] row by row; with a prior, with its frequencies. */
export function probabilitiesOf(
  logits: Float32Array,
  { calibration, priorCounts: counts, scale }: Omit<LogitsReading, "decision">,
  prior: Exclude<PriorShares, "auto"> | undefined,
): Float32Array {
  const shape = { classes: counts.length, scale };
  if (prior === undefined) return calibratedProbabilities(logits, calibration, shape);
  // Older runs name the training data's frequencies only where they are requested.
  if (prior === "training")
    return calibratedProbabilities(logits, calibration && { ...calibration, prior }, shape);
  const plain = { temperature: 1, offsets: counts.map(() => 0) };
  return withPrior(logits, calibration ?? plain, { prior, counts, scale });
}

/** @throws ArgumentError where frequencies cannot be estimated of so many examples, or without a calibration */
export function requireEstimate(examples: number, calibration: CalibrationFit | null): void {
  if (calibration === null) {
    const what = 'to be shares or "training", since the run has no calibration to estimate them by';
    throw expected("predict", "prior", what, "auto");
  }
  if (examples >= minForPrior) return;
  const what = `to be "auto" of at least ${minForPrior} examples`;
  throw expected("predict", "prior", what, examples, "Name the shares of the classes, or training.");
}

function estimateOf(logits: Float32Array, reading: LogitsReading): PriorEstimate {
  const probabilities = probabilitiesOf(logits, reading, "training");
  const prior = [...calibratedPrior(reading.priorCounts)];
  return estimatePrior(probabilities, { prior, calibratedOn: reading.calibration?.examples ?? Infinity });
}
