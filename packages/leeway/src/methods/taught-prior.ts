import type { ClassCounts } from "../imbalance/index.ts";
import type { Stage } from "./stages.ts";

/**
 * The class frequencies q that a stage teaches a network's logits, as logarithms: what it sees of a class, by what that
 * counts for, less what the loss adds itself.
 *
 *     log q_j = log n_j + log w_j + log o_j - ι_j
 *
 * A network that knows nothing of its input does best with s · z = log q, so that it may begin there; one that has
 * learned gives s · z_j - log q_j what the input tells of class j. It is exact for cross entropy and logit adjustment;
 * margins, focal loss and smoothing bend it a little, hinges know no frequencies at all.
 *
 * @param counts n_j of what is trained on, length K
 * @returns length K
 */
export function taughtPrior(
  { loss, classWeights, samplingOdds }: Pick<Stage, "loss" | "classWeights" | "samplingOdds">,
  counts: ClassCounts,
): Float64Array {
  const own = loss.kind === "vector-scaling" ? loss.offsets : null;
  return Float64Array.from(
    counts,
    (count, j) => Math.log(count * classWeights[j]! * samplingOdds[j]!) - (own?.[j] ?? 0), // K of each
  );
}
