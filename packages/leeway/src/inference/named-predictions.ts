import { decisionOf } from "./abstention.ts";
import type { Classified, Prediction } from "./prediction.ts";

/** Predictions by the names of the classes, example by example. */
export function namedPredictions(classified: Classified, classNames: readonly string[]): Prediction[] {
  const { classes, probabilities } = classified;
  const { length } = classNames;
  const named: Prediction[] = [];
  // A loop without views and entries: of one example this takes as long as all else after the network.
  for (let i = 0; i < classes.length; i++) {
    const from = i * length;
    const label = classes[i]!; // below the length
    const own = {
      class: classNames[label]!, // of as many as classes
      probability: probabilities[from + label]!, // likewise
    };
    const all = byName(classNames, probabilities, from);
    const isDecided = classified.decisions !== undefined;
    if (isDecided) named.push({ ...own, ...decisionOf(classified, i, classNames), probabilities: all });
    else named.push({ ...own, probabilities: all });
  }
  return named;
}

function byName(
  names: readonly string[],
  values: Float32Array,
  from: number,
): Readonly<Record<string, number>> {
  const record: Record<string, number> = {};
  for (let j = 0; j < names.length; j++) {
    const name = names[j]!; // below the length
    const value = values[from + j]!; // of as many as names
    if (name === "__proto__") Object.defineProperty(record, name, { ...ownField, value });
    else record[name] = value;
  }
  return record;
}

const ownField = { enumerable: true, configurable: true, writable: true } as const;
