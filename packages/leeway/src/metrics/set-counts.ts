import { expected } from "../errors.ts";
import { classSet, type ClassSets, fitClassSets } from "./class-sets.ts";
import { requireLabels, requireScores } from "./ranking.ts";

/** What the sets of examples hold, counted. */
export interface SetCounts {
  readonly examples: number;
  /** Those whose set holds their class. */
  readonly covered: number;
  /** Those whose set is one class, and the decision's where there is one; the others are abstained from. */
  readonly decided: number;
  /** Those that are decided for their class. */
  readonly right: number;
  /** Those whose set holds more classes than one. */
  readonly several: number;
  /** Those whose set is empty. */
  readonly none: number;
  /** Those whose set is one class, and the decision another. 0 without decisions. */
  readonly contradicted: number;
}

/**
 * Counts what the sets of labelled examples hold, for each true class.
 *
 * @param probabilities p, [N, K] row by row
 * @param labels        true classes, length N
 * @param decisions     classes that another rule decides for, length N: an example is decided where its set is that
 *   class alone. By default the set decides
 * @returns length K
 * @throws ArgumentError if a shape or label does not fit or a probability is not finite
 */
export function countSets(
  probabilities: Float32Array,
  labels: ArrayLike<number>,
  {
    sets,
    decisions,
  }: { readonly sets: Pick<ClassSets, "thresholds">; readonly decisions?: ArrayLike<number> | undefined },
): SetCounts[] {
  const classes = sets.thresholds.length;
  const examples = requireScores("countSets", probabilities, classes);
  requireLabels("countSets", labels, { classes, examples });
  if (decisions !== undefined && decisions.length !== examples) {
    throw expected("countSets", "decisions", `to be ${examples}`, decisions.length);
  }
  const counts = sets.thresholds.map(() => ({ ...noSets }));
  for (let i = 0; i < examples; i++) {
    const [label, decision] = [labels[i]!, decisions?.[i]];
    const count = counts[label]!; // a class
    const set = classSet(probabilities.subarray(i * classes, (i + 1) * classes), sets);
    const kind = setKind(set, decision);
    count.examples++;
    count[kind]++;
    if (set.includes(label)) count.covered++;
    if (kind === "decided" && set[0] === label) count.right++;
  }
  return counts;
}

/** The sums of counts of classes. */
export function totalSets(counts: readonly SetCounts[]): SetCounts {
  const total = { ...noSets };
  for (const count of counts) {
    for (const name of Object.keys(noSets) as (keyof SetCounts)[]) total[name] += count[name];
  }
  return total;
}

/**
 * What an example's set comes to, beside the decision of another rule where there is one.
 *
 * An example is decided where its set is one class. It is abstained from where several classes are in it, so that none
 * can be ruled out; where it is empty, so that the example is less typical of every class than their own examples are
 * in all but α of cases; and where it contradicts the rule.
 */
export function setKind(
  set: readonly number[],
  decision?: number,
): "decided" | "several" | "none" | "contradicted" {
  if (set.length !== 1) return set.length === 0 ? "none" : "several";
  return decision === undefined || decision === set[0] ? "decided" : "contradicted";
}

/** What a share of misses leads to, by the held-out examples. */
export interface AlphaChoice {
  readonly alpha: number;
  /** The share of examples that are abstained from, and that of those decided for another class than theirs. */
  readonly abstained: number;
  readonly wrong: number;
  /** Classes that have too few examples for it, and are in every set. */
  readonly always: number;
}

/** What is compared with a requested α. */
const usualAlphas = [0.2, 0.1, 0.05, 0.02, 0.01];

/**
 * What other α lead to on the held-out examples, beside the requested one, the largest first.
 *
 * The smaller α, the more classes a set holds; the larger, the more sets are empty, where the network is right more
 * often than 1 - α asks for. Between the two fewest examples are abstained from, and most decided wrongly.
 *
 * @param sets those of the requested α
 * @throws ArgumentError as {@link fitClassSets}
 */
export function alphaChoices(
  probabilities: Float32Array,
  labels: ArrayLike<number>,
  { sets: { alpha, thresholds } }: { readonly sets: ClassSets },
): AlphaChoice[] {
  const classes = thresholds.length;
  const max = Math.max(1000, Math.min(maxExamples, Math.floor(maxNumbers / classes)));
  const step = Math.ceil(labels.length / max);
  const rows = Array.from({ length: Math.ceil(labels.length / step) }, (_, i) => i * step);
  const sampled = new Float32Array(rows.length * classes);
  rows.forEach((from, to) => {
    sampled.set(probabilities.subarray(from * classes, (from + 1) * classes), to * classes);
  });
  const own = rows.map((i) => labels[i]!);
  const candidates = [...new Set([alpha, ...usualAlphas])].sort((a, b) => b - a);
  return candidates.map((candidate) => {
    const sets = fitClassSets(probabilities, labels, { classes, alpha: candidate });
    const { examples, decided, right } = totalSets(countSets(sampled, own, { sets }));
    const shares = { abstained: (examples - decided) / examples, wrong: (decided - right) / examples };
    return { alpha: candidate, ...shares, always: sets.thresholds.filter((t) => t === 0).length };
  });
}

/** More examples than this change nothing that can be seen. */
const maxExamples = 20_000;
/** Numbers that are compared for each α, so that thousands of classes take no minutes. */
const maxNumbers = 2_000_000;

const noSets = {
  ...{ examples: 0, covered: 0, decided: 0, right: 0 },
  ...{ several: 0, none: 0, contradicted: 0 },
};
