import { bent, type CalibrationFit, shifted } from "./calibrated.ts";
import { type CurveKind, fitCurve, logOddsOf } from "./calibration-curves.ts";
import { requireLabels, requireScores } from "./ranking.ts";
import { fitOffsets, weighing } from "./weighing.ts";

/**
 * Fits curves to what a temperature and offsets give, class by class: Platt's, beta or isotonic calibration.
 *
 *     p = softmax(log σ(curve_j(ℓ_j)) + shift_j),  ℓ_j = log(q_j / (1 - q_j)),  q = softmax(s · z / T + b)
 *
 * Of two classes one curve bends the log-odds of the second. Shifts give the mean probabilities the training frequencies
 * again. Examples weigh as in {@link fitCalibration}.
 *
 * @param base what {@link fitCalibration} found of the same examples
 * @throws ArgumentError if a shape or label does not fit or there is no example
 * @source of more than two classes each against the rest: Zadrozny and Elkan 2002
 */
export function fitCurves(
  logits: Float32Array,
  labels: ArrayLike<number>,
  {
    kind,
    base,
    counts,
    scale = 1,
  }: {
    readonly kind: CurveKind;
    readonly base: CalibrationFit;
    readonly counts: readonly number[];
    readonly scale?: number;
  },
): CalibrationFit {
  const classes = counts.length;
  const examples = requireScores("fitCurves", logits, classes);
  requireLabels("fitCurves", labels, { classes, examples });
  const { rows, wanted, weights, sure, doubt } = weighing(labels, { examples, counts });
  const before = { classes, factor: scale / base.temperature, offsets: Float64Array.from(base.offsets) };
  const probabilities = rows.map((i) => shifted(logits, i, before));
  const own = Float64Array.from(rows, (i) => rows.length * weights[labels[i]!]!); // a class
  const curves = (classes === 2 ? [1] : [...counts.keys()]).map((j) =>
    fitCurve(kind, {
      logOdds: Float64Array.from(probabilities, (p) => logOddsOf(p[j]!)),
      targets: Float64Array.from(rows, (i) => (labels[i] === j ? sure : doubt)),
      weights: own,
    }),
  );
  const scores = new Float32Array(rows.length * classes);
  probabilities.forEach((p, row) => {
    scores.set(bent(p, curves), row * classes);
  });
  const weighted = rows.map((i, row) => [row, weights[labels[i]!]!] as const); // a class
  const shifts = fitOffsets(scores, { weighted, factor: 1, wanted, from: new Float64Array(classes) });
  return { ...base, kind, curves, shifts: Array.from(shifts) };
}
