import { findSelection, type Metrics } from "../metrics/index.ts";
import type { ChoosingMetric } from "../records/index.ts";
import { percent } from "./words.ts";

/** A metric that chooses epochs as printed: "balanced accuracy", "log loss". */
export function metricWords(metric: ChoosingMetric): string {
  const recorded: Readonly<Record<string, string>> = {
    topOne: "top-1",
    balancedAccuracy: "balanced accuracy",
  };
  return recorded[metric] ?? findSelection(metric)?.words ?? metric;
}

/** Its value as printed: a share in per cent, a loss as a number. */
export function metricText(metric: ChoosingMetric, value: number | null): string {
  if (value === null || findSelection(metric)?.unit !== "nats") return percent(value);
  return value.toPrecision(4);
}

/** The metric that was requested, where it is not the default: its words and value. */
export function selectionText({ selection }: Metrics): { words: string; value: string } | null {
  if (selection === undefined) return null;
  return { words: metricWords(selection.by), value: metricText(selection.by, selection.value) };
}
