import {
  balancedAccuracy,
  confusionMatrix,
  detectionOf,
  macroF1,
  topOneAccuracy,
} from "../packages/leeway/dist/metrics/index.js";

/** What is measured, with the sign of better: more or less. */
export const measureNames = {
  averagePrecision: 1,
  areaUnderRoc: 1,
  balancedAccuracy: 1,
  f1: 1,
  accuracy: 1,
  logLoss: -1,
};

/**
 * The numbers of one tool on the test rows. Of two classes average precision, AUROC and F1 are the rarer one's, F1 at
 * the threshold that was best on the validation rows; of more they are means over the classes, F1 of the decisions.
 *
 * @param scores what examples are ranked by and probabilities, [N, K] row by row; decisions, [N]; and what the
 *   validation rows are ranked by
 */
export function measures(scores, { parts, counts }) {
  const { labels } = parts.test;
  const classes = counts.length;
  const confusion = confusionMatrix(labels, Int32Array.from(scores.decisions), classes);
  const rare = counts[1] <= counts[0] ? 1 : 0;
  const looked = classes === 2 ? [rare] : [...counts.keys()].filter((j) => labels.includes(j));
  const isOf = (j) => Array.from(labels, (label) => label === j);
  const detected = looked.map((j) => detectionOf(columnOf(scores.ranked, j, classes), isOf(j)));
  const mean = (key) => detected.reduce((sum, each) => sum + each[key], 0) / detected.length;
  return {
    averagePrecision: mean("averagePrecision"),
    areaUnderRoc: mean("areaUnderRoc"),
    balancedAccuracy: balancedAccuracy(confusion),
    f1: classes === 2 ? thresholdF1(scores, { parts, rare }) : macroF1(confusion),
    accuracy: topOneAccuracy(confusion),
    logLoss: logLoss(scores.probabilities, labels, classes),
  };
}

function columnOf(rows, j, classes) {
  return Float64Array.from({ length: rows.length / classes }, (_, i) => rows[i * classes + j]);
}

function thresholdF1({ ranked, validation }, { parts, rare }) {
  const [tried, tested] = [validation, ranked].map((rows) => columnOf(rows, rare, 2));
  const isRare = (part) => Array.from(part.labels, (label) => label === rare);
  const chosen = bestThreshold(tried, isRare(parts.validation));
  return f1At(tested, isRare(parts.test), chosen);
}

/** Between the scores of the two neighbours where F1 is the highest. */
function bestThreshold(scores, positive) {
  const sorted = [...new Set(scores)].sort((a, b) => b - a);
  let best = { f1: -1, threshold: 0 };
  sorted.forEach((score, i) => {
    const threshold = i + 1 < sorted.length ? (score + sorted[i + 1]) / 2 : score;
    const f1 = f1At(scores, positive, threshold);
    if (f1 > best.f1) best = { f1, threshold };
  });
  return best.threshold;
}

function f1At(scores, positive, threshold) {
  let [hits, raised, wanted] = [0, 0, 0];
  scores.forEach((score, i) => {
    const isRaised = score >= threshold;
    raised += isRaised;
    wanted += positive[i];
    hits += isRaised && positive[i];
  });
  return raised + wanted === 0 ? 0 : (2 * hits) / (raised + wanted);
}

function logLoss(probabilities, labels, classes) {
  const losses = Array.from(
    labels,
    (label, i) => -Math.log(Math.max(1e-15, probabilities[i * classes + label])),
  );
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}
