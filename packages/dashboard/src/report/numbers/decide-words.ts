import type { ClassDetection, RunReport } from "../../../../leeway/src/report/page/report-data.ts";
import { shellWord } from "../../../../leeway/src/report/words.ts";
import { type Costs, type OperatingPoint, testShare } from "./operating-point.ts";

/** What a person went for. */
export type Aim = "recall" | "f1" | "cost";

interface Wanted {
  readonly aim: Aim;
  readonly point: OperatingPoint;
  readonly costs: Costs;
  /** π, the share of cases that are of the class. */
  readonly share: number;
}

/** The command that stores the decision of the panel: it chooses the threshold anew, on the validation split. */
export function decideCommand(run: RunReport, detection: ClassDetection, wanted: Wanted): string {
  const { aim, point, costs, share } = wanted;
  const { name } = run.classes[detection.label]!; // a class
  const two = run.classes.length === 2;
  const recall = Math.floor(1000 * point.recall) / 1000;
  const words = ["leeway", "decide", run.path];
  if (aim === "cost" && two) words.push("--cost", `missed=${costs.missed},alarm=${costs.alarm}`);
  else if (aim === "f1") words.push("--best-f1");
  else words.push("--min-recall", two ? String(recall) : `${name}=${recall}`);
  if (two) words.push("--positive", name);
  if (two && Math.abs(share / testShare(detection) - 1) > 0.01) {
    const other = run.classes[1 - detection.label]!.name; // of two
    const own = Number(share.toPrecision(3));
    words.push("--prior", `${name}=${own},${other}=${Number((1 - own).toPrecision(6))}`);
  }
  return words.map(shellWord).join(" ");
}
