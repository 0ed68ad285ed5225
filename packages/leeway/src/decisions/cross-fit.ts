import { permutation, random } from "../random.ts";
import { thresholdBy } from "./criterion.ts";
import { type DecisionSplit, rankByClass } from "./ranking.ts";
import type { CriteriaRequest } from "./request.ts";
import { decisionsOf } from "./rule.ts";

const maxFolds = 10;

/**
 * Decisions on the split that chooses the thresholds, each by thresholds that its own example had no part in: the split is
 * cut into ten parts, each class alike, and each part is decided by what the other nine choose. What is counted of them
 * is not flattered by the choice. The highest F1 of a split is, and its interval would be too high.
 *
 * @returns null where a class has fewer than two examples to cut
 * @source Stone 1974, Journal of the Royal Statistical Society B 36:111: choice judged by cross-validation
 */
export function crossFitted({ criteria }: CriteriaRequest, split: DecisionSplit): Int32Array | null {
  const { labels, classes, probabilities } = split;
  const sizes = criteria.map(({ class: positive }) => countOf(labels, positive));
  const folds = Math.min(maxFolds, ...sizes);
  if (folds < 2) return null;
  const foldOf = stratifiedFolds(labels, { classes, folds });
  const ranked = criteria.map(({ class: positive, criterion }) => {
    return { positive, criterion, ranking: rankByClass(split, positive) };
  });
  const decided = new Int32Array(labels.length);
  for (let fold = 0; fold < folds; fold++) {
    const without = foldOf.map((own) => (own === fold ? 1 : 0));
    const thresholds = new Array<number | null>(classes).fill(null);
    for (const { positive, criterion, ranking } of ranked) {
      const threshold = thresholdBy(criterion, ranking, { without });
      thresholds[positive] = typeof threshold === "number" ? threshold : Infinity; // which nothing reaches
    }
    const rows = [...foldOf.keys()].filter((i) => without[i] === 1);
    const own = new Float32Array(rows.length * classes);
    rows.forEach((row, i) => {
      own.set(probabilities.subarray(row * classes, (row + 1) * classes), i * classes);
    });
    const ofFold = decisionsOf(own, { thresholds }, { classes });
    rows.forEach((row, i) => (decided[row] = ofFold[i]!)); // as many
  }
  return decided;
}

/** A part for each example, 0 to folds - 1; each class is spread evenly. */
function stratifiedFolds(
  labels: ArrayLike<number>,
  { classes, folds }: { readonly classes: number; readonly folds: number },
): Uint8Array {
  const foldOf = new Uint8Array(labels.length);
  const drawn = permutation(labels.length, random(0, "decision folds"));
  const seen = new Uint32Array(classes);
  for (const i of drawn) foldOf[i] = seen[labels[i]!]!++ % folds; // a class
  return foldOf;
}

function countOf(labels: ArrayLike<number>, of: number): number {
  return Array.prototype.reduce.call(
    labels,
    (sum: unknown, label: unknown) => Number(sum) + (label === of ? 1 : 0),
    0,
  ) as number;
}
