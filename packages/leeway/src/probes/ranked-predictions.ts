/** What predictions can be ranked by. */
export const rankings = ["loss", "uncertainty"] as const;

/**
 * The order of predictions with the worst first; equals stay in the order of the input.
 *
 *     loss          -log p of the class that the input names; examples without one come last
 *     uncertainty   the entropy -Σ_j p_j log p_j
 *
 * @param probabilities p, [N, K] row by row
 * @param labels        [N], -1 for an example without a class; only the loss reads them
 * @returns [N] positions
 */
export function rankedPredictions(
  ranking: (typeof rankings)[number],
  probabilities: Float32Array,
  { labels = [], classes }: { readonly labels?: ArrayLike<number> | undefined; readonly classes: number },
): Uint32Array {
  const examples = probabilities.length / classes;
  const badness = Float64Array.from({ length: examples }, (_, i) => {
    const own = probabilities.subarray(i * classes, (i + 1) * classes);
    if (ranking === "uncertainty") return own.reduce((sum, p) => sum - (p > 0 ? p * Math.log(p) : 0), 0);
    const label = labels[i] ?? -1;
    return label < 0 ? -Infinity : -own[label]!; // as -log p; a class of the run
  });
  return Uint32Array.from(badness.keys()).sort((i, j) =>
    badness[i] === badness[j] ? i - j : badness[j]! - badness[i]!,
  );
}
