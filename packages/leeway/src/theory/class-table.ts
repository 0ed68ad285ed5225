import {
  defaultBeta,
  defaultExponent,
  defaultMaxMargin,
  type ClassCounts,
  effectiveNumbers,
  effectiveNumberWeights,
  inverseFrequencyWeights,
  ldamMargins,
  logitOffsets,
  type ShotGroup,
  shotGroups,
  testPriorMargins,
} from "../imbalance/index.ts";

/** A class's row: what it has, and what methods make of it. */
export interface ClassRow {
  /** The class's name; its index where none is known. */
  readonly name: string;
  /** n_j of the training split. */
  readonly count: number;
  /** n'_j of the test split; null where there is none. */
  readonly testCount: number | null;
  readonly shotGroup: ShotGroup;
  /** E_j = (1 - β^n_j) / (1 - β). */
  readonly effectiveNumber: number;
  /** Δ_j of LDAM. */
  readonly margin: number;
  /** 1/n_j with mean 1: the weight of RW, and the odds of a draw of RS. */
  readonly inverseFrequencyWeight: number;
  /** 1/E_j with mean 1: the weight of CB-RW and of a second stage of DRW, and the odds of a draw of CB-RS. */
  readonly effectiveNumberWeight: number;
  /** log π_j, which logit adjustment takes off. */
  readonly logitOffset: number;
  /** The class's share of all draws: plain, and with the odds of RS and CB-RS. */
  readonly drawn: { readonly plain: number; readonly rs: number; readonly cbRs: number };
}

/** What a class table is made of. */
export interface ClassTableInput {
  /** n_j, length K. A class without examples has zeros in its row. */
  readonly counts: ClassCounts;
  /** Length K; by default the indices. */
  readonly names?: readonly string[] | undefined;
  /** n'_j, length K. */
  readonly testCounts?: readonly number[] | null | undefined;
  /** Margins for a test set of `testCounts` (eq. 15) instead of a balanced one (eq. 13). */
  readonly knownTest?: boolean;
  /** The largest margin. */
  readonly maxMargin?: number;
  /** p of the margins. */
  readonly exponent?: number;
  /** β of the effective number, in [0, 1). */
  readonly beta?: number;
}

/**
 * The class table of `inspect` and `theory`: counts, shot groups, margins, weights and odds of every class.
 *
 * @throws ArgumentError if a count is not a whole number, or another number is out of its range
 */
export function classTable(input: ClassTableInput): ClassRow[] {
  const { counts, names, testCounts, knownTest = false, beta = defaultBeta } = input;
  const { maxMargin = defaultMaxMargin, exponent = defaultExponent } = input;
  const sizes = counts.filter((count) => count > 0);
  const shape = { maxMargin, exponent };
  const known = knownTest && testCounts ? testPriorMargins(counts, testCounts, shape) : undefined;
  const columns =
    sizes.length < 2 ? undefined : columnsOf(sizes, { beta, margins: known ?? ldamMargins(sizes, shape) });
  const groups = shotGroups(counts);
  let present = 0;
  return counts.map((count, j) => {
    const at = count > 0 ? present++ : -1;
    const of = (values: ArrayLike<number> | undefined): number => values?.[at] ?? 0; // none at -1
    return {
      name: names?.[j] ?? String(j),
      count,
      testCount: testCounts?.[j] ?? null,
      shotGroup: groups[j]!, // as long as counts
      effectiveNumber: of(columns?.effective),
      margin: of(columns?.margins),
      inverseFrequencyWeight: of(columns?.inverse),
      effectiveNumberWeight: of(columns?.weights),
      logitOffset: of(columns?.offsets),
      drawn: { plain: of(columns?.plain), rs: of(columns?.rs), cbRs: of(columns?.cbRs) },
    };
  });
}

/** The columns of the classes that have examples, at least two. */
function columnsOf(
  sizes: readonly number[],
  { beta, margins }: { readonly beta: number; readonly margins: ArrayLike<number> },
): Record<
  "margins" | "effective" | "inverse" | "weights" | "offsets" | "plain" | "rs" | "cbRs",
  ArrayLike<number>
> {
  const inverse = inverseFrequencyWeights(sizes);
  const weights = effectiveNumberWeights(sizes, { beta });
  return {
    margins,
    effective: effectiveNumbers(sizes, { beta }),
    inverse,
    weights,
    offsets: logitOffsets(sizes, { tau: 1 }),
    plain: shares(sizes),
    rs: shares(sizes.map((n, i) => n * inverse[i]!)), // every column is as long as sizes
    cbRs: shares(sizes.map((n, i) => n * weights[i]!)), // likewise
  };
}

function shares(values: readonly number[]): number[] {
  const sum = values.reduce((total, value) => total + value, 0);
  return values.map((value) => value / sum);
}
