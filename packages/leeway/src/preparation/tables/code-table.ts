/** The network's code of each code of the file; the last is that of a missing value. */
export function codeTable(distinct: readonly string[], categories: readonly (string | null)[]): Int32Array {
  const places = new Map(categories.map((category, i) => [category, i + 1]));
  return Int32Array.from([...distinct, null], (category) => places.get(category) ?? 0);
}
