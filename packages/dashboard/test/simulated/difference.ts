import type { RunDifference, RunReport, TrainingCurve } from "../../../leeway/src/report/page/report-data.ts";
import { topClasses } from "../../../leeway/src/metrics/index.ts";
import type { Scores } from "./scores.ts";

/** Two simulated runs, paired by example. */
export function differenceOf(
  [before, after]: readonly [Scores, Scores],
  [from, to]: readonly [RunReport, RunReport],
): RunDifference {
  const classes = from.classes.length;
  const [old, next] = [topClasses(before.logits, classes), topClasses(after.logits, classes)];
  const count = (label: number, was: boolean, is: boolean): number =>
    before.labels.filter((y, i) => y === label && (old[i] === y) === was && (next[i] === y) === is).length;
  const measures = ["balanced accuracy", "many-shot", "few-shot"].flatMap((name) => {
    const [a, b] = [from, to].map((run) => run.headline.find((each) => each.name === name)?.value ?? null);
    if (a == null || b == null) return [];
    const value = b - a;
    const interval = [value - 0.012, value + 0.012] as const;
    return [{ name, value, interval, note: "paired by example", apart: Math.abs(value) > 0.012 }];
  });
  return {
    ...{ from: 0, to: 1, unpaired: null, measures },
    recipe: [
      { field: "method", from: "erm", to: "ldam-drw" },
      { field: "maxMargin", from: "–", to: "0.5" },
      { field: "deferAt", from: "–", to: "0.8" },
    ],
    classes: from.classes.map((_, label) => {
      const [helped, hurt] = [count(label, false, true), count(label, true, false)];
      const n = helped + hurt;
      const z = n === 0 ? 0 : Math.max(0, Math.abs(helped - hurt) - 1) / Math.sqrt(n);
      return { label, helped, hurt, p: n === 0 ? 1 : Math.exp(-0.717 * z - 0.416 * z * z) };
    }),
  };
}

/** A curve as training has them; one that defers changes at four fifths. */
export function curveOf(method: string): TrainingCurve {
  const epochs = Array.from({ length: 30 }, (_, e) => e + 1);
  const deferred = method === "LDAM-DRW" ? 24 : Infinity;
  const rise = (e: number, top: number, pace: number): number =>
    top * (1 - Math.exp(-e / pace)) + 0.01 * Math.sin(e * 2.1);
  return {
    ...{ epochs, split: "validation", best: 28, stages: deferred < 30 ? [deferred] : [] },
    loss: epochs.map(
      (e) => 2.1 * Math.exp(-e / 9) + 0.2 + (e >= deferred ? 0.15 * Math.exp(deferred - e) : 0),
    ),
    gradientNorm: epochs.map((e) => (e < 20 ? 2 : 0.5)),
    learningRate: epochs.map((e) => (e < 20 ? 0.1 : e < 26 ? 0.01 : 0.001)),
    balancedAccuracy: epochs.map((e) => rise(e, 0.7, 6) + (e >= deferred ? 0.05 : 0)),
    groups: {
      many: epochs.map((e) => rise(e, 0.9, 4) - (e >= deferred ? 0.05 : 0)),
      medium: epochs.map((e) => rise(e, 0.68, 6)),
      few: epochs.map((e) => rise(e, 0.42, 9) + (e >= deferred ? 0.17 : 0)),
    },
  };
}
