import { type ShotGroup, shotGroups } from "../../imbalance/index.ts";
import type { ScoredRun } from "./measured-run.ts";
import type { Reliability, ReliabilityBin } from "./report-data.ts";

const bins = 15;

/** The highest probability of an example, and whether its class is the right one. */
interface Confidence {
  readonly confidence: number;
  readonly right: boolean;
  readonly label: number;
}

/** The confidence of each example, in their order. */
export function confidences(probabilities: Float32Array, labels: Int32Array): Confidence[] {
  const classes = probabilities.length / labels.length;
  return Array.from(labels, (label, i) => {
    let best = 0;
    for (let j = 1; j < classes; j++) {
      if (probabilities[i * classes + j]! > probabilities[i * classes + best]!) best = j;
    }
    return { confidence: probabilities[i * classes + best]!, right: best === label, label };
  });
}

/** Confidence against accuracy, of all examples and of each shot group, before and after calibration. */
export function reliability({ record, test }: ScoredRun): Reliability[] {
  const { probabilities, uncalibrated, labels } = test;
  const after = confidences(probabilities, labels);
  const before = confidences(uncalibrated, labels);
  const groups = shotGroups(record.data.trainCounts);
  const present = (["many", "medium", "few"] as const).filter((group) =>
    after.some(({ label }) => groups[label] === group),
  );
  const of = (group: "all" | ShotGroup): Reliability => {
    const own = (all: readonly Confidence[]): Confidence[] =>
      all.filter(({ label }) => group === "all" || groups[label] === group);
    const [its, raw] = [own(after), own(before)];
    return { group, examples: its.length, after: equalBins(its), before: equalBins(raw) };
  };
  return present.length > 1 ? [of("all"), ...present.map(of)] : [of("all")];
}

/** At most 15 bins of as many examples each, by rising confidence; equal confidences share a bin. */
function equalBins(all: readonly Confidence[]): ReliabilityBin[] {
  const sorted = [...all].sort((a, b) => a.confidence - b.confidence);
  const made: ReliabilityBin[] = [];
  let [examples, sum, right] = [0, 0, 0];
  sorted.forEach((own, at) => {
    examples++;
    sum += own.confidence;
    right += own.right ? 1 : 0;
    const next = sorted[at + 1];
    const isFull = at + 1 >= ((made.length + 1) * sorted.length) / bins;
    if (next !== undefined && !(isFull && next.confidence > own.confidence)) return;
    made.push({ examples, confidence: sum / examples, accuracy: right / examples });
    [examples, sum, right] = [0, 0, 0];
  });
  return made;
}
