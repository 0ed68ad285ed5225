/**
 * An order in which classes that are taken for each other stand side by side: from the pair with the most confusions
 * on, the class most like an end of the row is put there.
 *
 * @param matrix [K, K] counts, row = true class
 * @returns labels, length K
 */
export function clusteredOrder(matrix: readonly (readonly number[])[]): number[] {
  const sizes = matrix.map((row) =>
    Math.max(
      1,
      row.reduce((sum, count) => sum + count, 0),
    ),
  );
  const likeness = (i: number, j: number): number => matrix[i]![j]! / sizes[i]! + matrix[j]![i]! / sizes[j]!;
  const left = new Set(matrix.keys());
  if (left.size < 3) return [...left];
  const [first, second] = nearestPair([...left], likeness);
  const order = [first, second];
  order.forEach((label) => left.delete(label));
  while (left.size > 0) {
    const [head, tail] = [order[0]!, order.at(-1)!];
    const best = [...left].reduce((a, b) =>
      Math.max(likeness(head, b), likeness(tail, b)) > Math.max(likeness(head, a), likeness(tail, a)) ? b : a,
    );
    if (likeness(head, best) > likeness(tail, best)) order.unshift(best);
    else order.push(best);
    left.delete(best);
  }
  return order;
}

function nearestPair(
  labels: readonly number[],
  likeness: (i: number, j: number) => number,
): [number, number] {
  let [best, top]: [[number, number], number] = [[labels[0]!, labels[1]!], -1];
  for (const i of labels)
    for (const j of labels) if (i < j && likeness(i, j) > top) [best, top] = [[i, j], likeness(i, j)];
  return best;
}
