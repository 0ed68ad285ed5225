import { type ClassRanking, rankByClass } from "../../decisions/index.ts";
import { detectionOf } from "../../metrics/index.ts";
import { rarestClasses } from "../class-results.ts";
import type { ScoredRun } from "./measured-run.ts";
import type { ClassDetection } from "./report-data.ts";

/** Classes whose thresholds are shown, at most. */
const maxClasses = 12;
/** Thresholds of a class, at most. */
const maxThresholds = 1000;

/** What thresholds on the probabilities of the rarest classes come to. */
export function detections(run: ScoredRun): ClassDetection[] {
  const { data } = run.record;
  const rarest = rarestClasses(data.trainCounts, maxClasses);
  const labels = rarest.length > 0 ? rarest : [...data.trainCounts.keys()].slice(0, maxClasses);
  return labels.flatMap((label) => detectionOfClass(run, label) ?? []);
}

/** Null where the test split has examples of one side alone. */
function detectionOfClass({ test, decision, record }: ScoredRun, label: number): ClassDetection | null {
  const { probabilities, labels } = test;
  const classes = record.data.classNames.length;
  const { order, scores, positive } = rankByClass({ probabilities, labels, classes }, label);
  const positives = positive.reduce((sum, each) => sum + each, 0);
  if (positives === 0 || positives === labels.length) return null;
  const rule = decision?.rule;
  const decided = rule !== undefined && "thresholds" in rule ? rule.thresholds[label] : undefined;
  return {
    ...{ label, positives, negatives: labels.length - positives },
    averagePrecision: averagePrecision({ scores, positive }),
    ...points({ order, scores, positive }, positives),
    ...(decided !== undefined && decided !== null && decision?.prior === undefined && { decided }),
  };
}

function averagePrecision({ scores, positive }: Pick<ClassRanking, "scores" | "positive">): number {
  return detectionOf(
    scores,
    Array.from(positive, (each) => each === 1),
  ).averagePrecision;
}

/**
 * The points of a ranking: of many, those that keep as many as can be of the class's own examples apart, then of the
 * others.
 */
function points(
  { order, scores, positive }: Pick<ClassRanking, "order" | "scores" | "positive">,
  positives: number,
): Pick<ClassDetection, "thresholds" | "found" | "falseAlarms"> {
  const [stepFound, stepAlarms] = [positives, order.length - positives].map(
    (count) => (2 * count) / maxThresholds,
  ) as [number, number]; // of two
  const thresholds: number[] = [];
  const found: number[] = [];
  const falseAlarms: number[] = [];
  let [own, others] = [0, 0];
  order.forEach((i, at) => {
    if (positive[i] === 1) own++;
    else others++;
    const next = order[at + 1];
    if (next !== undefined && scores[next] === scores[i]) return; // they share a threshold
    const isFar =
      own - (found.at(-1) ?? 0) >= Math.max(1, stepFound) ||
      others - (falseAlarms.at(-1) ?? 0) >= Math.max(1, stepAlarms);
    if (next !== undefined && !isFar) return;
    thresholds.push(scores[i]!); // one an example
    found.push(own);
    falseAlarms.push(others);
  });
  return { thresholds, found, falseAlarms };
}
