import { enoughExamples } from "../../imbalance/index.ts";
import { rowSums } from "../../metrics/index.ts";
import { count, counted, percent, shownName } from "../words.ts";
import { confusedPairs } from "./confusion.ts";
import { confusionOf, type MeasuredRun } from "./measured-run.ts";

/** The one line that matters of a run: what goes wrong most. */
export function mainSentence(run: MeasuredRun): string {
  const { classNames } = run.record.data;
  return classNames.length === 2 ? ofTwo(run) : ofMany(run);
}

/** "31 of 55 fraud are found, with 12 false alarms among 1,945 ok." */
function ofTwo(run: MeasuredRun): string {
  const { data } = run.record;
  const confusion = confusionOf(run);
  const rare = run.summary.test.detection?.positive ?? 1;
  const [own, other] = [confusion[rare]!, confusion[1 - rare]!]; // of two
  const [name, rest] = [rare, 1 - rare].map((j) => shownName(data.classNames[j] ?? ""));
  const sizes = rowSums(confusion);
  const alarms = other[rare]!; // of two
  const found = `${count(own[rare]!)} of ${counted(sizes[rare]!, `example of ${name}`, `examples of ${name}`)}`;
  return `${found} are found, with ${counted(alarms, "false alarm", "false alarms")} among ${count(sizes[1 - rare]!)} of ${rest}.`;
}

/** "Shirt is mistaken for T-shirt in 41 % (82 of 200)." */
function ofMany(run: MeasuredRun): string {
  const { classNames } = run.record.data;
  const sizes = rowSums(confusionOf(run));
  const pairs = confusedPairs(run);
  const [pair = pairs[0]] = pairs.filter(({ truth }) => sizes[truth]! >= enoughExamples);
  if (pair === undefined) return "No class is mistaken for another one more than once.";
  const name = (j: number): string => shownName(classNames[j] ?? "");
  const examples = sizes[pair.truth]!; // as many as classes
  const share = percent(pair.share, { digits: 0 });
  return `${name(pair.truth)} is mistaken for ${name(pair.prediction)} in ${share} (${count(pair.count)} of ${count(examples)}).`;
}
