import type { NumberSummary } from "../../analysis/index.ts";
import type { RecipeRecord } from "../../records/index.ts";
import { type Column, columnTable, type TableOptions } from "../table.ts";
import { counted, halfInterval, withSpread } from "../words.ts";

type Measure = "positive error" | "negative error" | "mean error";

/** What a search chooses of a recipe. */
type ChosenRecipe = Pick<RecipeRecord, "schedule" | "weightDecay" | "methodOptions">;

/** A row of a tuned table: what its search chose, and how the runs of that ended. */
export interface TunedRowResult {
  readonly row: { readonly name: string };
  /** Null while the search is not over. */
  readonly chosen: { readonly recipe: ChosenRecipe } | null;
  /** Seeds that have a finished run of what was chosen. */
  readonly seeds: readonly number[];
  /** Requested seeds that have none. */
  readonly missingSeeds: readonly number[];
  /** Per cent; null without a run. */
  readonly ours: Readonly<Record<Measure, NumberSummary>> | null;
  /** Per cent; null where the paper has no such row. */
  readonly paper: { readonly "mean error"?: number } | null;
}

const columns: readonly Column<TunedRowResult>[] = [
  { heading: "error, %", cell: ({ row }) => row.name },
  { heading: "positive", cell: ({ ours }) => spread(ours?.["positive error"]) },
  { heading: "negative", cell: ({ ours }) => spread(ours?.["negative error"]) },
  { heading: "mean", cell: ({ ours }) => spread(ours?.["mean error"]) },
  { heading: "paper's mean", cell: ({ paper }) => paper?.["mean error"]?.toFixed(2) ?? "–" },
  { heading: "n", cell: ({ seeds }) => String(seeds.length) },
  {
    heading: "chosen",
    cell: ({ chosen }) => (chosen === null ? "–" : chosenWords(chosen.recipe)),
    left: true,
  },
];

/** A tuned table under the title of its column. */
export function renderTuned(
  title: string,
  results: readonly TunedRowResult[],
  options: TableOptions,
): string {
  const heading = options.markdown ? `### ${title}\n` : title;
  return `${heading}\n${columnTable(results, columns, options)}`;
}

/** A mean and half of its 95 % interval, where there are several seeds. */
function spread(summary: NumberSummary | undefined): string {
  return summary === undefined ? "–" : withSpread(summary.mean.toFixed(2), halfInterval(summary), 2);
}

function chosenWords({ schedule, weightDecay, methodOptions }: ChosenRecipe): string {
  const { scale, tau } = methodOptions;
  const second =
    scale !== undefined
      ? `scale ${String(scale)}`
      : tau !== undefined
        ? `tau ${String(tau)}`
        : `decay ${weightDecay}`;
  return `lr ${schedule.base}, ${second}`;
}

/** The length and precision that were set for all networks. */
interface TunedLength {
  readonly epochs?: number | undefined;
  readonly precision?: string | undefined;
}

/** How the numbers were made: sentences. */
export function tunedCaveats(
  { epochs, precision }: TunedLength,
  results: readonly TunedRowResult[],
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
export function missingNotes(results: readonly TunedRowResult[], searching: number): string[] {
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
