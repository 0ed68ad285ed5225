import { classSet, type ClassSets, setKind } from "../metrics/index.ts";
import type { Classified, Prediction } from "./prediction.ts";

/**
 * The sets of examples, and which of these are abstained from.
 *
 * @param probabilities with the frequencies of the training data, [N, K] row by row
 * @param decisions     of the run's rule, length N
 */
export function abstentionOf(
  probabilities: Float32Array,
  { thresholds }: Pick<ClassSets, "thresholds">,
  decisions: Int32Array,
): NonNullable<Classified["abstention"]> {
  const classes = thresholds.length;
  const sets = new Uint8Array(probabilities.length);
  const abstained = Array.from(decisions, (decision, i) => {
    const set = classSet(probabilities.subarray(i * classes, (i + 1) * classes), { thresholds });
    for (const j of set) sets[i * classes + j] = 1;
    return setKind(set, decision) !== "decided";
  });
  return { abstained, sets };
}

/** What a run's decision says of an example; nothing where it has none. */
export function decisionOf(
  { decisions, abstention }: Pick<Classified, "decisions" | "abstention">,
  i: number,
  classNames: readonly string[],
): Pick<Prediction, "decision" | "abstained" | "set"> {
  if (decisions === undefined) return {};
  const decision = classNames[decisions[i]!]!; // a class of every example
  if (abstention === undefined) return { decision };
  const abstained = abstention.abstained[i]!; // of as many
  const set = classNames.filter((_, j) => abstention.sets[i * classNames.length + j] === 1);
  return { decision: abstained ? null : decision, abstained, set };
}
