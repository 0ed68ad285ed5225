import { shellWord } from "../words.ts";
import type { MeasuredRun } from "./measured-run.ts";

/** The commands that train. */
const training: readonly string[] = ["train", "reproduce", "compare", "fork", "resume", "quickstart"];

/** What a report of records alone leaves out, and what would bring it: a sentence or two. */
export function recordsNote({
  record: { command },
  summary,
}: Pick<MeasuredRun, "record" | "summary">): string {
  const { detection } = summary.test;
  const parts = [
    "margins, reliability, thresholds, other frequencies, wrong examples",
    `intervals of ${detection === undefined ? "calibration" : "average precision, AUROC and calibration"} need them`,
  ];
  const again = training.includes(command[0] ?? "")
    ? `Train it again: leeway ${command.map(shellWord).join(" ")}`
    : "Train it again, by the recipe in its run.json, and report that run.";
  return `The weights of this run were not kept, and ${parts.join(" and ")}. ${again}`;
}
