import { type RecordedRun, unseenStage, unseenStageNotes } from "../../analysis/index.ts";
import { methodTitle } from "../recipe-words.ts";
import type { EndedRun } from "../result.ts";
import { type Colors, renderTable } from "../table.ts";
import { percent } from "../words.ts";

/** A run and the runs that were forked from it, a line each, and their folders. */
export function renderForks(trunk: RecordedRun, forks: readonly EndedRun[], colors: Colors): string {
  const rows = [trunk, ...forks].map(({ record, summary }) => {
    const test = summary?.test;
    const { many = null, medium = null, few = null } = test?.shotGroups ?? {};
    const shares = [test?.topOne ?? null, many, medium, few, test?.worstClass ?? null];
    return [methodTitle(record.recipe), ...shares.map((share) => percent(share))];
  });
  const head = ["", "overall", "many", "medium", "few", "worst class"].map((name) => colors.bold(name));
  return [
    renderTable([head, ...rows], { right: [1, 2, 3, 4, 5] }),
    "",
    ...forks.flatMap(({ record, summary }) =>
      unseenStageNotes(
        methodTitle(record.recipe),
        unseenStage(record, summary) === null ? [] : [record.recipe.seed],
      ),
    ),
    "Runs:",
    ...forks.map(({ folder }) => `  ${folder}`),
  ].join("\n");
}
