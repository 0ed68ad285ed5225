/** Bins of a column of numbers. */
const maxBins = 8;
/** Bins of all columns of a wide table: each is an input of the network. */
const maxBinsOfTable = 2048;
/** Rows that quantiles are read from; more change what nobody sees. */
const maxRows = 20_000;

/** How many bins each of so many columns of numbers gets; 0 where a table is so wide that they would be few. */
export function binsOf(columns: number): number {
  const bins = Math.min(maxBins, Math.floor(maxBinsOfTable / Math.max(1, columns)));
  return bins < 4 ? 0 : bins;
}

/**
 * The ends of bins of as many rows each: the t/T quantiles of a column's values, ascending and each once, so that a value
 * that many rows share makes fewer bins.
 *
 * @param values one a row, NaN where missing
 * @param rows   those that are learned from; of many, some, evenly spread
 * @param bins   T
 */
export function quantileKnots(values: Float32Array, rows: Uint32Array, bins: number): readonly number[] {
  if (bins === 0) return [];
  const step = Math.max(1, rows.length / maxRows);
  const drawn = Float32Array.from(
    { length: Math.min(rows.length, maxRows) },
    (_, i) => values[rows[Math.floor(i * step)]!]!, // below rows.length
  );
  const sorted = drawn.filter((value) => !Number.isNaN(value)).sort();
  if (sorted.length === 0) return [];
  const at = (t: number): number => sorted[Math.round((t / bins) * (sorted.length - 1))]!; // 0 to the last
  const ends = Array.from({ length: bins + 1 }, (_, t) => at(t));
  return ends.filter((end, t) => t === 0 || end > ends[t - 1]!);
}
