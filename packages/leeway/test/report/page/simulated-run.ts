import { softmax, calibratedProbabilities, metricsOf, topClasses } from "../../../src/metrics/index.ts";
import { random } from "../../../src/random.ts";
import type { ScoredRun } from "../../../src/report/page/measured-run.ts";
import { run as record, summary } from "../../records/examples.ts";

/** What is simulated. */
interface Simulation {
  /** n_j, which also are the classes. */
  readonly trainCounts: readonly number[];
  /** Test examples of each class. */
  readonly tested: number;
  /** How far the logit of the true class is above the others, in standard deviations. */
  readonly distance?: number;
  readonly seed?: number;
}

/** A finished run whose test logits are normal numbers, higher for the true class. */
export function simulatedRun({ trainCounts, tested, distance = 2, seed = 0 }: Simulation): ScoredRun {
  const classes = trainCounts.length;
  const labels = Int32Array.from({ length: classes * tested }, (_, i) => i % classes);
  const draw = random(seed, "simulated run");
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - draw.uniform())) * Math.cos(2 * Math.PI * draw.uniform());
  const logits = new Float32Array(labels.length * classes);
  for (let at = 0; at < logits.length; at++) {
    logits[at] = normal() + (at % classes === labels[Math.floor(at / classes)]! ? distance : 0);
  }
  const calibration = {
    temperature: 1.5,
    offsets: trainCounts.map(Math.log),
    examples: 100,
    prior: "training",
  } as const;
  const probabilities = calibratedProbabilities(logits, calibration, { classes });
  const test = metricsOf({
    scores: logits,
    labels,
    classes,
    trainCounts,
    probabilities,
    withConfusion: true,
  });
  const classNames = trainCounts.map((_, j) => `class ${j}`);
  const sum = trainCounts.reduce((all, count) => all + count, 0);
  return {
    path: "runs/simulated",
    record: {
      ...record,
      data: { ...record.data, classNames, trainCounts, trainSize: sum, testSize: labels.length },
    },
    summary: { ...summary, test, calibration },
    epochs: [],
    decision: null,
    test: {
      ...{ logits, probabilities, uncalibrated: softmax(logits, classes), labels },
      predictions: topClasses(logits, classes),
      ids: Uint32Array.from(labels.keys()),
    },
    errors: [],
  };
}
