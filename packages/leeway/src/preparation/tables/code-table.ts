/** The codes of a column's categories: 1 + the place in the list; 0 for what is not in it. Null is a missing value. */
export function categoryCodes(categories: readonly (string | null)[]): (category: string | null) => number {
  const places = new Map(categories.map((category, i) => [category, i + 1]));
  return (category) => places.get(category) ?? 0;
}

/** The network's code of each code of the file; the last is that of a missing value. */
export function codeTable(distinct: readonly string[], categories: readonly (string | null)[]): Int32Array {
  return Int32Array.from([...distinct, null], categoryCodes(categories));
}
