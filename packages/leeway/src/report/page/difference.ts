import { correctedInterval } from "../../decisions/index.ts";
import { shotGroups } from "../../imbalance/index.ts";
import type { Confusion } from "../../metrics/index.ts";
import type { RecipeRecord } from "../../records/index.ts";
import { confusionOf, isScored, type MeasuredRun, type ScoredRun } from "./measured-run.ts";
import { flatRecipe } from "./run-row.ts";
import type { Measure, RunDifference } from "./report-data.ts";

/** A later run against the first, paired by test example where they share all of them and their scores are there. */
export function runDifference(
  runs: readonly MeasuredRun[],
  to: number,
  { from = 0 }: { readonly from?: number } = {},
): RunDifference {
  const [first, second] = [runs[from]!, runs[to]!]; // they are among the runs
  const recipe = recipeDifferences(first.record.recipe, second.record.recipe);
  const unpaired = (why: string, measures: RunDifference["measures"]): RunDifference => ({
    ...{ from, to, unpaired: why, recipe, measures, classes: [] },
  });
  if (!haveSameClasses(first, second)) return unpaired("The runs have other classes.", []);
  if (!isScored(first) || !isScored(second)) return unpaired(withoutWeights, apartMeasures(first, second));
  if (!haveSameExamples(first, second)) return unpaired(ofOthers, apartMeasures(first, second));
  const pairs = pairsByClass(first, second);
  return {
    ...{ from, to, unpaired: null, recipe, measures: pairedMeasures(first, pairs) },
    classes: pairs.map(({ helped, hurt }, label) => ({ label, helped, hurt, p: mcNemar(helped, hurt) })),
  };
}

const withoutWeights =
  "A run kept no weights, and its records count test examples without telling them apart.";
const ofOthers =
  "The runs were tested on other examples. Give them one test split, or one seed, to pair them.";

function haveSameClasses(...runs: readonly [MeasuredRun, MeasuredRun]): boolean {
  const [one, other] = runs.map(({ record }) => record.data.classNames.join("\n"));
  return one === other;
}

function haveSameExamples({ test: one }: ScoredRun, { test: other }: ScoredRun): boolean {
  return (
    one.ids.length === other.ids.length &&
    one.ids.every((id, i) => id === other.ids[i] && one.labels[i] === other.labels[i])
  );
}

/** The test examples of a class by which run is right. */
interface Pairs {
  readonly both: number;
  readonly helped: number;
  readonly hurt: number;
  readonly neither: number;
}

function pairsByClass(first: ScoredRun, second: ScoredRun): Pairs[] {
  const pairs = first.record.data.classNames.map(() => ({ both: 0, helped: 0, hurt: 0, neither: 0 }));
  first.test.labels.forEach((label, i) => {
    const [before, after] = [first, second].map(({ test }) => test.predictions[i] === label) as [
      boolean,
      boolean,
    ]; // of two
    const own = pairs[label]!; // a class
    if (before && after) own.both++;
    else if (after) own.helped++;
    else if (before) own.hurt++;
    else own.neither++;
  });
  return pairs;
}

/** With intervals of redrawn pairs. */
function pairedMeasures(run: MeasuredRun, pairs: readonly Pairs[]): RunDifference["measures"] {
  const over = (members: readonly number[]): Difference => differenceOver(members.map((j) => pairs[j]!)); // classes
  return differenceMeasures(run, { over, accuracy: overall(pairs) });
}

/** With intervals of test examples that are drawn for each run by itself. */
function apartMeasures(first: MeasuredRun, second: MeasuredRun): RunDifference["measures"] {
  const [one, other] = [first, second].map((run) => rightAndWrong(confusionOf(run))) as [Counts, Counts]; // of two
  const over = (members: readonly number[]): Difference =>
    apartDifference(members.map((j) => [...one[j]!, ...other[j]!] as const)); // classes
  const accuracy = apartDifference([[...summed(one), ...summed(other)]]);
  return differenceMeasures(first, { over, accuracy });
}

/** Right and wrong ones of each class. */
type Counts = readonly (readonly [right: number, wrong: number])[];

function rightAndWrong(confusion: Confusion): Counts {
  return confusion.map((row, j) => {
    const right = row[j]!; // a square
    return [right, row.reduce((sum, count) => sum + count, 0) - right];
  });
}

function summed(counts: Counts): readonly [right: number, wrong: number] {
  return counts.reduce(([rights, wrongs], [right, wrong]) => [rights + right, wrongs + wrong], [0, 0]);
}

/** The mean over classes of the second run's recall less the first's. */
function apartDifference(
  members: readonly (readonly [right: number, wrong: number, laterRight: number, laterWrong: number])[],
): Difference {
  const statistic = (drawn: readonly number[]): number | null => {
    let [sum, classes] = [0, 0];
    for (let at = 0; at < drawn.length; at += 4) {
      const [right, later] = [drawn[at]!, drawn[at + 2]!]; // of four
      const [size, laterSize] = [right + drawn[at + 1]!, later + drawn[at + 3]!]; // likewise
      if (size === 0 || laterSize === 0) continue;
      sum += later / laterSize - right / size;
      classes++;
    }
    return classes === 0 ? null : sum / classes;
  };
  const counts = members.flat();
  return { value: statistic(counts), interval: correctedInterval(counts, statistic) };
}

/** Accuracy, balanced accuracy and those of shot groups: the second less the first. */
function differenceMeasures(
  { record }: MeasuredRun,
  {
    over,
    accuracy,
  }: { readonly over: (members: readonly number[]) => Difference; readonly accuracy: Difference },
): RunDifference["measures"] {
  const groups = shotGroups(record.data.trainCounts);
  const all = [...groups.keys()];
  const present = (["many", "medium", "few"] as const).filter((group) => groups.includes(group));
  const measure = (name: string, { value, interval }: Difference): RunDifference["measures"][number] => ({
    ...{ name, value, interval, note: "" },
    apart: interval !== null && (interval[0] > 0 || interval[1] < 0),
  });
  return [
    measure("balanced accuracy", over(all)),
    ...(present.length > 1
      ? present.map((group) => measure(`${group}-shot`, over(all.filter((j) => groups[j] === group))))
      : []),
    measure("accuracy", accuracy),
  ];
}

type Difference = Pick<Measure, "value" | "interval">;

/** The mean over classes of (helped - hurt) / examples. */
function differenceOver(pairs: readonly Pairs[]): Difference {
  const counts = pairs.flatMap(({ helped, hurt, both, neither }) =>
    helped + hurt + both + neither === 0 ? [] : [helped, hurt, both + neither],
  );
  const statistic = (drawn: readonly number[]): number | null => {
    let [sum, classes] = [0, 0];
    for (let at = 0; at < drawn.length; at += 3) {
      const [helped, hurt, rest] = [drawn[at]!, drawn[at + 1]!, drawn[at + 2]!]; // of three
      if (helped + hurt + rest === 0) continue;
      sum += (helped - hurt) / (helped + hurt + rest);
      classes++;
    }
    return classes === 0 ? null : sum / classes;
  };
  return { value: statistic(counts), interval: correctedInterval(counts, statistic) };
}

function overall(pairs: readonly Pairs[]): Difference {
  const sum = (of: (pair: Pairs) => number): number => pairs.reduce((total, pair) => total + of(pair), 0);
  const total: Pairs = {
    ...{ both: sum(({ both }) => both), neither: sum(({ neither }) => neither) },
    ...{ helped: sum(({ helped }) => helped), hurt: sum(({ hurt }) => hurt) },
  };
  return differenceOver([total]);
}

/**
 * The chance of counts as unequal as these where neither run is better: two-sided, exact.
 *
 * @source McNemar 1947, Psychometrika 12:153, with the binomial distribution in place of the normal one
 */
export function mcNemar(helped: number, hurt: number): number {
  const trials = helped + hurt;
  if (trials === 0) return 1;
  const fewer = Math.min(helped, hurt);
  let [term, sum] = [-trials * Math.LN2, 0]; // the logarithm of the first binomial probability
  for (let k = 0; k <= fewer; k++) {
    sum += Math.exp(term);
    term += Math.log((trials - k) / (k + 1));
  }
  return Math.min(1, 2 * sum);
}

/** The fields of two recipes that differ, as text; "–" where one has none. */
export function recipeDifferences(one: RecipeRecord, other: RecipeRecord): RunDifference["recipe"] {
  const [from, to] = [flatRecipe(one), flatRecipe(other)];
  const fields = [...new Set([...Object.keys(from), ...Object.keys(to)])];
  return fields.flatMap((field) => {
    const [before, after] = [from[field] ?? "–", to[field] ?? "–"];
    return before === after ? [] : [{ field, from: before, to: after }];
  });
}
