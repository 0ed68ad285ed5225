import {
  calibratedPrior,
  calibratedProbabilities,
  type CalibrationFit,
  fitCalibration,
} from "../../../leeway/src/metrics/index.ts";
import { random } from "../../../leeway/src/random.ts";

/** How a simulated network sees: what its logits are made of. */
export interface Simulation {
  readonly seed: number;
  /** n_j of the training split. */
  readonly counts: readonly number[];
  /** Test examples of each class. */
  readonly tests: readonly number[];
  /** How far an example's own logit stands out, before the noise. */
  readonly strength: number;
  /** Of log n_j in each logit: 0 is unbiased. */
  readonly bias: number;
}

/** Scores of a simulated network on a simulated test split. */
export interface Scores {
  readonly labels: Uint16Array;
  /** z, [N, K] */
  readonly logits: Float32Array;
  /** Before calibration, [N, K]. */
  readonly raw: Float32Array;
  /** After it, of the training frequencies. */
  readonly calibrated: Float32Array;
  readonly prior: Float64Array;
  readonly offsets: readonly number[];
}

/** The same seed and simulation give the same scores; the noise is that of the examples, whatever the network. */
export function simulatedScores(simulation: Simulation): Scores {
  const { counts, tests } = simulation;
  const test = logitsOf(simulation, "test", tests);
  const many = counts.length > 200; // to fit a thousand offsets takes a minute
  const prior = calibratedPrior(counts);
  const fit = many
    ? { temperature: 1.4, offsets: counts.map(() => 0), prior: "training" as const }
    : fitted(simulation);
  return {
    ...test,
    raw: calibratedProbabilities(test.logits, null, { classes: counts.length }),
    calibrated: calibratedProbabilities(test.logits, fit, { classes: counts.length }),
    prior,
    offsets: fit.offsets,
  };
}

function fitted(simulation: Simulation): CalibrationFit {
  const { counts } = simulation;
  const sizes = counts.map((n) => Math.max(2, Math.min(100, n)));
  const { logits, labels } = logitsOf(simulation, "validation", sizes);
  return fitCalibration(logits, labels, { counts });
}

function logitsOf(
  { seed, counts, strength, bias }: Simulation,
  split: string,
  sizes: readonly number[],
): Pick<Scores, "labels" | "logits"> {
  const classes = counts.length;
  const labels = Uint16Array.from(sizes.flatMap((size, j) => new Array<number>(size).fill(j)));
  const logits = new Float32Array(labels.length * classes);
  const draws = random(seed, "scores", split);
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - draws.uniform())) * Math.cos(2 * Math.PI * draws.uniform());
  const typical = Math.log(counts.reduce((sum, n) => sum + n, 0) / classes);
  labels.forEach((label, i) => {
    const clarity = strength * (0.7 + 0.25 * normal()) * (1 - 0.05 * ((label * 7) % 5));
    for (let j = 0; j < classes; j++) {
      const likeness = j === label ? clarity : areAlike(label, j, classes) ? 0.3 * strength : 0;
      logits[i * classes + j] = likeness + bias * (Math.log(counts[j]!) - typical) + normal();
    }
  });
  return { labels, logits };
}

/** Each class has one or two that look like it: a frequent one, where it is rare. */
function areAlike(i: number, j: number, classes: number): boolean {
  const half = Math.ceil(classes / 2);
  return i % half === j % half || (i + 2) % classes === j;
}
