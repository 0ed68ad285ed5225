import type { NumberSummary } from "../../analysis/index.ts";
import {
  type TunedChoice,
  type TunedExperiment,
  tunedMeasures,
  type TunedResult,
} from "../../experiments/index.ts";
import type { Recipe } from "../../recipe/index.ts";
import { counted, renderTable, renderPlan } from "../../report/index.ts";
import { colorsFor } from "../terminal.ts";
import type { SweepReport } from "./run-cells.ts";

/** What there was to do for a tuned table, and what is said of it. */
export interface TunedOutcome {
  readonly choice: TunedChoice;
  readonly sweep: SweepReport;
  /** Runs of rows that are solved, not trained, which are not done. */
  readonly quick: number;
  readonly notes: readonly string[];
}

const headings = ["error, %", "positive", "negative", "mean", "paper's mean", "n", "chosen"] as const;

/** A tuned table for a person. */
export function renderTuned(
  { name, summary, column }: TunedExperiment,
  results: readonly TunedResult[],
  {
    flags: { markdown = false, dryRun = false },
    said,
  }: {
    readonly flags: { readonly markdown?: boolean; readonly dryRun?: boolean };
    readonly said: TunedOutcome;
  },
): string {
  const { sweep, quick, notes } = said;
  const colors = colorsFor(process.stdout);
  const rows = results.map(cellsOf);
  const line = (row: readonly string[]): string => `| ${row.join(" | ")} |`;
  const table = markdown
    ? [line(headings), "| --- | --: | --: | --: | --: | --: | --- |", ...rows.map(line)].join("\n")
    : renderTable([headings.map((each) => colors.dim(each)), ...rows], { right: [1, 2, 3, 4, 5], indent: 2 });
  const title = `${name}: ${summary}`;
  return [
    markdown ? `## ${title}` : colors.bold(title),
    ...(dryRun
      ? [[...renderPlan(sweep.plan, sweep.speed), ...quickWords(quick), ...sweep.absent].join("\n")]
      : []),
    `${markdown ? `### ${column.title}\n` : column.title}\n${table}`,
    notes.map((note) => (markdown ? `- ${note}` : note)).join("\n"),
  ].join("\n\n");
}

function quickWords(runs: number): string[] {
  return runs === 0
    ? []
    : [`Besides, ${counted(runs, "run", "runs")} of the logistic regression, which take seconds to minutes.`];
}

function cellsOf({ row, ours, paper, seeds, chosen }: TunedResult): string[] {
  const mean = paper?.["mean error"];
  return [
    row.name,
    ...tunedMeasures.map((measure) => (ours === null ? "–" : spread(ours[measure]))),
    mean === undefined ? "–" : mean.toFixed(2),
    String(seeds.length),
    chosen === null ? "–" : chosenWords(chosen.recipe),
  ];
}

/** `23.10 ± 0.42`: the mean and half of its 95 % interval, where there are several seeds. */
function spread({ mean, interval }: NumberSummary): string {
  return interval === null ? mean.toFixed(2) : `${mean.toFixed(2)} ± ${(interval[1] - mean).toFixed(2)}`;
}

function chosenWords({ schedule, weightDecay, methodOptions }: Recipe): string {
  const { scale, tau } = methodOptions;
  const second =
    scale !== undefined
      ? `scale ${String(scale)}`
      : tau !== undefined
        ? `tau ${String(tau)}`
        : `decay ${weightDecay}`;
  return `lr ${schedule.base}, ${second}`;
}

/** How the numbers were made: sentences. */
export function tunedCaveats(
  { settings: { epochs, precision } }: TunedChoice,
  results: readonly TunedResult[],
): string[] {
  const seeds = Math.max(0, ...results.map(({ seeds }) => seeds.length));
  const settings = [
    ...(epochs === undefined ? [] : [counted(epochs, "epoch", "epochs")]),
    ...(precision ? [precision] : []),
  ];
  return [
    ...(settings.length === 0
      ? []
      : [`Networks: ${settings.join(", ")}. The logistic regression is solved to its end.`]),
    ...(results.every(({ chosen }) => chosen === null)
      ? []
      : [
          "Learning rate and one more value of every method were chosen on the validation split of seed 0, as many tries for each; the test set had no part in it.",
        ]),
    "The paper gives neither sizes nor learning rate nor epochs for this table, and does not say how its baselines were tuned.",
    ...(seeds === 1 ? ["One seed: nothing is known of the spread. --seeds 0,1,2 says more."] : []),
    ...(seeds > 1 ? ["± is half of the 95 % interval of the mean over seeds (Student's t)."] : []),
  ];
}

/** What the table lacks: sentences. */
export function missingNotes(results: readonly TunedResult[], searching: number): string[] {
  const lacking = results.filter(({ chosen, missingSeeds }) => chosen !== null && missingSeeds.length > 0);
  const words = lacking.map(({ row, missingSeeds }) => `${row.name} ${missingSeeds.join(", ")}`);
  return [
    ...(searching === 0
      ? []
      : [
          `${counted(searching, "run", "runs")} of the search ${searching === 1 ? "is" : "are"} missing: a method without its search has no numbers.`,
        ]),
    ...(words.length === 0 ? [] : [`Seeds without a finished run: ${words.join("; ")}.`]),
  ];
}
