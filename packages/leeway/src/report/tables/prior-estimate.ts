import { enoughExamples } from "../../imbalance/index.ts";
import { calibratedPrior, type PriorEstimate } from "../../metrics/index.ts";
import { type DataRecord, priorCounts } from "../../records/index.ts";
import { count, percent, sentence, shownName } from "../words.ts";

/** Classes whose shares are shown. */
const shown = 4;

/** The class frequencies that an input seems to have, how sure that is, and whether they have changed. */
export function estimateNotes(
  estimate: PriorEstimate,
  data: Pick<DataRecord, "classNames" | "trainCounts" | "unthinnedCounts">,
): string[] {
  const { prior, intervals, examples, drift } = estimate;
  const { classNames } = data;
  const training = calibratedPrior(priorCounts(data));
  const name = (j: number): string => `"${shownName(classNames[j] ?? "")}"`;
  const own = (j: number): string => {
    const [low, high] = intervals[j]!.map((share) => percent(share)); // j is a class
    return `${name(j)} ${percent(prior[j]!)} (${low} to ${high}; training ${percent(training[j]!)})`;
  };
  const change = (j: number): number => Math.abs(Math.log(prior[j]! / training[j]!));
  const rarest = [...prior.keys()].sort((a, b) => training[a]! - training[b]!);
  const changed = drift.classes.toSorted((a, b) => change(b) - change(a));
  // Of two classes the rarer one says all; of more those that have changed go first.
  const ranked = prior.length === 2 ? rarest.slice(0, 1) : [...new Set([...changed, ...rarest])];
  const named = ranked.slice(0, shown);
  const more = ranked.length > named.length ? ", …" : "";
  const few = [...prior.keys()].filter((j) => prior[j]! * examples < enoughExamples);
  const rough = `few examples to tell by: fewer than ${enoughExamples} seem to be of ${few.slice(0, shown).map(name).join(", ")}`;
  return [
    sentence(
      `Class frequencies estimated from ${count(examples)} examples, with 95 % intervals: ${named.map(own).join(", ")}${more}`,
    ),
    ...(few.length > 0 ? [`Warning: ${sentence(rough)}`] : []),
    ...(drift.found ? [driftNote(drift, prior.length === 2 ? [] : changed.slice(0, shown).map(name))] : []),
  ];
}

function driftNote({ chance }: PriorEstimate["drift"], names: readonly string[]): string {
  const odds = chance < 0.0001 ? "less than 1 in 10,000" : `1 in ${count(1 / chance)}`;
  const which = names.length === 0 ? "" : `, above all ${names.join(", ")}`;
  const means =
    "The estimate holds where the classes themselves look as they did in training; label some of the examples to check.";
  return `Warning: the frequencies differ from those of the training data${which} (by chance: ${odds}). ${means}`;
}
