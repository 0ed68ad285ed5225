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

/**
 * The α, of those up to the requested one, at which the fewest of the held-out examples are abstained from.
 *
 * The smaller α, the more classes each set holds; the larger, the more sets are empty. Where a network is right more
 * often than 1 - α asks for, a smaller α covers more and abstains less.
 *
 * @param sets those of the requested α
 * @returns the largest such α of 0.1, 0.095, 0.09, …, 0.01, 0.0095, … down to a hundredth of the requested one, and the
 *   share of the examples that are abstained from
 * @throws ArgumentError as {@link fitClassSets}
 */
export function leastAbstaining(
  probabilities: Float32Array,
  labels: ArrayLike<number>,
  { sets: { alpha, thresholds } }: { readonly sets: ClassSets },
): { readonly alpha: number; readonly abstained: number } {
  const classes = thresholds.length;
  const step = Math.ceil(labels.length / maxExamples);
  const rows = Array.from({ length: Math.ceil(labels.length / step) }, (_, i) => i * step);
  const sampled = new Float32Array(rows.length * classes);
  rows.forEach((from, to) => {
    sampled.set(probabilities.subarray(from * classes, (from + 1) * classes), to * classes);
  });
  const own = rows.map((i) => labels[i]!);
  const abstainedAt = (candidate: number): number => {
    const sets = fitClassSets(sampled, own, { classes, alpha: candidate });
    return 1 - totalSets(countSets(sampled, own, { sets })).decided / own.length;
  };
  let best = { alpha, abstained: abstainedAt(alpha) };
  for (const candidate of plainAlphas(alpha)) {
    const abstained = abstainedAt(candidate);
    if (abstained < best.abstained) best = { alpha: candidate, abstained };
  }
  return best;
}

/** More examples than this change nothing that can be seen. */
const maxExamples = 20_000;

const noSets = {
  ...{ examples: 0, covered: 0, decided: 0, right: 0 },
  ...{ several: 0, none: 0, contradicted: 0 },
};

/** Numbers of two digits, the second 0 or 5, below one and down to a hundredth of it, descending. */
function* plainAlphas(below: number): Generator<number> {
  for (let place = Math.floor(Math.log10(below)); ; place--) {
    for (let half = 19; half >= 2; half--) {
      const alpha = Number(((half / 2) * 10 ** place).toPrecision(2));
      if (alpha < below / 100) return;
      if (alpha < below) yield alpha;
    }
  }
}
