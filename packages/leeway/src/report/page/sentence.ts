import { enoughExamples } from "../../imbalance/index.ts";
import { type Confusion, type Metrics, rowSums } from "../../metrics/index.ts";
import type { DataRecord } from "../../records/index.ts";
import { count, counted, percent, shownName } from "../words.ts";
import { confusedPairs } from "./confusion.ts";

/** The one line that matters of a run's test: what goes wrong most. Its metrics have the confusion matrix. */
export function mainSentence(
  { classNames }: Pick<DataRecord, "classNames">,
  { confusion = [], detection }: Metrics,
): string {
  if (classNames.length === 2) return ofTwo(classNames, confusion, detection?.positive ?? 1);
  return ofMany(classNames, confusion);
}

/** "31 of 55 examples of fraud are found, with 12 false alarms among 1,945 of ok." */
function ofTwo(classNames: readonly string[], confusion: Confusion, rare: number): string {
  const [own, other] = [confusion[rare]!, confusion[1 - rare]!]; // of two
  const [name, rest] = [rare, 1 - rare].map((j) => quoted(classNames[j] ?? ""));
  const sizes = rowSums(confusion);
  const alarms = other[rare]!; // of two
  const found = `${count(own[rare]!)} of ${counted(sizes[rare]!, `example of ${name}`, `examples of ${name}`)}`;
  return `${found} are found, with ${counted(alarms, "false alarm", "false alarms")} among ${count(sizes[1 - rare]!)} of ${rest}.`;
}

/** "Shirt is mistaken for T-shirt in 41 % (82 of 200)." */
function ofMany(classNames: readonly string[], confusion: Confusion): string {
  const sizes = rowSums(confusion);
  const pairs = confusedPairs(confusion);
  const [pair = pairs[0]] = pairs.filter(({ truth }) => sizes[truth]! >= enoughExamples);
  if (pair === undefined) return "No class is mistaken for another one more than once.";
  const name = (j: number): string => quoted(classNames[j] ?? "");
  const examples = sizes[pair.truth]!; // as many as classes
  const share = percent(pair.share, { digits: 0 });
  return `${name(pair.truth)} is mistaken for ${name(pair.prediction)} in ${share} (${count(pair.count)} of ${count(examples)}).`;
}

/** A name in a sentence: in quotes where it is no word, as "1" or "not ok". */
function quoted(name: string): string {
  const shown = shownName(name);
  return /^\p{L}[\p{L}\p{N}_-]*$/u.test(shown) ? shown : `"${shown}"`;
}
