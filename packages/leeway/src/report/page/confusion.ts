import { type ShotGroup, shotGroups } from "../../imbalance/index.ts";
import { type Confusion, rowSums } from "../../metrics/index.ts";
import { confusionOf, type MeasuredRun } from "./measured-run.ts";
import type { ConfusedPair, GroupFlow, ReportConfusion } from "./report-data.ts";

/** Classes of which a matrix can be read. */
const maxShown = 40;
const maxPairs = 30;

/** Which classes are taken for which. */
export function reportConfusion(run: MeasuredRun): ReportConfusion {
  const confusion = confusionOf(run);
  return {
    matrix: confusion.length <= maxShown ? confusion : null,
    pairs: confusedPairs(confusion).slice(0, maxPairs),
  };
}

/**
 * Classes taken for others, the largest share of a class's examples first. A single mistake says little of a class that has
 * more than one example.
 */
export function confusedPairs(confusion: Confusion): ConfusedPair[] {
  const sizes = rowSums(confusion);
  return confusion
    .flatMap((row, truth) =>
      row.flatMap((count, prediction) => {
        const examples = sizes[truth]!; // as many as rows
        const says = count >= 2 || (count === 1 && examples === 1);
        return truth === prediction || !says ? [] : [{ truth, prediction, count, share: count / examples }];
      }),
    )
    .sort((a, b) => b.share - a.share || b.count - a.count || a.truth - b.truth);
}

/** Where the test examples of each shot group go. */
export function groupFlow(run: MeasuredRun): GroupFlow {
  const confusion = confusionOf(run);
  const of = shotGroups(run.record.data.trainCounts);
  const groups = (["many", "medium", "few"] as const).filter((group: ShotGroup) => of.includes(group));
  const counts = groups.map(() => groups.map(() => 0));
  const right = groups.map(() => 0);
  confusion.forEach((row, i) => {
    const from = groups.indexOf(of[i]!); // its group is there
    row.forEach((count, j) => {
      counts[from]![groups.indexOf(of[j]!)]! += count; // likewise
    });
    right[from]! += row[i]!; // a square
  });
  return { groups, counts, right };
}
