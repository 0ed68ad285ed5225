import { logitOffsets } from "../imbalance/index.ts";
import type { CalibrationFit } from "../metrics/index.ts";
import { type Stage, taughtPrior } from "../methods/index.ts";
import type { Session } from "./session.ts";

type UnthinnedSession = Pick<Session, "method" | "stage"> & {
  readonly data: Pick<Session["data"], "counts" | "unthinnedCounts">;
};

/**
 * What a method takes off logits z for class frequencies, after training: τ log π of the data before the most frequent
 * class was thinned, from logits that know the thinned frequencies π'. A loss that multiplies logits by s was trained on
 * s · z.
 *
 *     ι_j = (τ log π_j - log(n_j / n'_j)) / s
 *
 * With τ = 1 that is log π' but for a constant: decisions are those of logits that were never thinned.
 *
 * @returns length K; null where the method takes nothing off
 */
export function posthocOffsets({
  method,
  data,
}: Pick<UnthinnedSession, "method" | "data">): Float64Array | null {
  const { counts, unthinnedCounts: before = counts } = data;
  const { scale, posthoc } = method;
  if (posthoc?.priorTau === undefined) return null;
  const offsets = logitOffsets(before, { tau: posthoc.priorTau / scale });
  return offsets.map((offset, j) => offset - Math.log(before[j]! / counts[j]!) / scale); // K of each
}

/**
 * What makes probabilities of logits without any example held out, once the most frequent class was thinned: the
 * frequencies that the stage taught exchanged for those before thinning.
 *
 *     b_j = log n_j - log q_j + s · ι_j      q by taughtPrior, ι what the method takes off after training
 *
 * For plain training b is the logarithm of the share that was kept: log(n_j / n'_j).
 *
 * @param stage the one that trained the network, that of the session by default
 * @returns null where nothing was thinned: probabilities are then the method's own
 */
export function unthinnedCalibration(
  session: UnthinnedSession,
  stage: Stage = session.stage,
): CalibrationFit | null {
  const { counts, unthinnedCounts } = session.data;
  if (unthinnedCounts === undefined) return null;
  const [taught, taken] = [taughtPrior(stage, counts), posthocOffsets(session)];
  const { scale } = session.method;
  const offsets = unthinnedCounts.map(
    (count, j) => Math.log(count) - taught[j]! + scale * (taken?.[j] ?? 0), // K of each
  );
  const middle = offsets.reduce((sum, offset) => sum + offset, 0) / offsets.length; // only differences count
  return { temperature: 1, offsets: offsets.map((each) => each - middle), examples: 0, prior: "training" };
}
