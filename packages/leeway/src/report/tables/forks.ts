import {
  rarestClass,
  type RecordedRun,
  scoresOfClass,
  unseenStage,
  unseenStageNotes,
} from "../../analysis/index.ts";
import { judgementNotes } from "../judgement.ts";
import { methodTitle } from "../recipe-words.ts";
import type { EndedRun } from "../result.ts";
import { type Colors, renderTable } from "../table.ts";
import { percent, shownName } from "../words.ts";

const unknown = { precision: null, recall: null, f1: null };

/** A run and the runs that were forked from it, a line each, and their folders. */
export function renderForks(trunk: RecordedRun, forks: readonly EndedRun[], colors: Colors): string {
  const { trainCounts, classNames } = trunk.record.data;
  const rarest = rarestClass(trainCounts);
  const rows = [trunk, ...forks].map(({ record, summary }) => {
    const test = summary?.test;
    const { many = null, medium = null, few = null } = test?.shotGroups ?? {};
    const { precision, recall, f1 } = test ? scoresOfClass(test, rarest) : unknown;
    const shares = [test?.topOne ?? null, many, medium, few, test?.worstClass ?? null, precision, recall, f1];
    return [methodTitle(record.recipe), ...shares.map((share) => percent(share))];
  });
  const measures = ["overall", "many", "medium", "few", "worst class", "precision", "recall", "F1"];
  const head = ["", ...measures].map((name) => colors.bold(name));
  return [
    renderTable([head, ...rows], { right: [1, 2, 3, 4, 5, 6, 7, 8] }),
    "",
    `Precision, recall and F1 are those of "${shownName(classNames[rarest] ?? "")}", the rarest class.`,
    ...forks.flatMap(({ record, summary }) =>
      unseenStageNotes(
        methodTitle(record.recipe),
        unseenStage(record, summary) === null ? [] : [record.recipe.seed],
      ),
    ),
    ...[trunk, ...forks]
      .flatMap(({ record, summary }) => (summary ? judgementNotes(record, summary) : []))
      .filter(once),
    "Runs:",
    ...forks.map(({ folder }) => `  ${folder}`),
  ].join("\n");
}

function once(text: string, i: number, all: readonly string[]): boolean {
  return all.indexOf(text) === i;
}
