import { paperSource } from "../../analysis/index.ts";
import { experiments, findRuns, type MissingExperiment } from "../../experiments/index.ts";
import { type Precision, recipeFor } from "../../recipes/index.ts";
import { colorsFor, renderTable } from "../terminal.ts";
import { knownSpeed } from "./speed.ts";
import { costWords } from "./words.ts";

/** Prints every table and figure, and whether it can be reproduced. */
export function listExperiments({ json = false }: { readonly json?: boolean | undefined }): void {
  console.log(json ? JSON.stringify(experiments.map(listed)) : renderExperiments());
}

function listed(experiment: (typeof experiments)[number]): Record<string, unknown> {
  if (experiment.kind !== "table" && experiment.kind !== "figure") return { ...experiment };
  const { columns, ...rest } = experiment;
  return { ...rest, columns: columns.map(({ name }) => name) };
}

function renderExperiments(): string {
  const { bold, dim, green, yellow } = colorsFor(process.stdout);
  const rows = experiments.flatMap((experiment) => {
    const { name, summary } = experiment;
    if (experiment.kind === "table" || experiment.kind === "figure") {
      const { columns, rows: methods } = experiment;
      const of = experiment.kind === "table" ? `${columns.length} columns x ` : "";
      const what = `${of}${methods.length} methods, ${experiment.epochs} epochs`;
      return [
        [bold(name), green("ready"), summary],
        ["", "", dim(what)],
      ];
    }
    if (experiment.kind === "tuned") {
      const what = `${experiment.rows.length} methods, each with the same search on the validation split`;
      return [
        [bold(name), green("ready"), summary],
        ["", "", dim(what)],
      ];
    }
    return [
      [bold(name), yellow("not yet"), summary],
      ["", "", dim(`missing: ${experiment.missing.join("; ")}`)],
    ];
  });
  return [
    paperSource,
    "",
    renderTable(rows),
    "",
    "What it takes:  leeway reproduce table2 --dry-run",
    "What is missing, how to get it and what it costs:  leeway reproduce table3",
  ].join("\n");
}

/** What decides how long something takes. */
export interface MissingFlags {
  readonly runsDir: string;
  readonly threads?: number;
  readonly precision?: Precision;
  readonly json?: boolean;
}

/** Prints why an experiment cannot be reproduced yet, how to come by what is missing, and what it would cost. */
export async function tellMissing(experiment: MissingExperiment, flags: MissingFlags): Promise<void> {
  const { name, summary, missing, advice, cost } = experiment;
  const recipe = recipeFor("cifar10", { precision: flags.precision ?? "fp32" });
  const needed = cost.images !== null && cost.relativeWork !== null;
  const speed = needed ? await knownSpeed(findRuns(flags.runsDir).runs, recipe, flags) : null;
  if (flags.json) {
    const work = needed ? cost.images * cost.relativeWork : null;
    const hours = work === null || speed === null ? null : work / speed.imagesPerSecond / 3600;
    console.log(JSON.stringify({ ...experiment, cost: { ...cost, hours }, speed }));
    return;
  }
  const { bold, yellow } = colorsFor(process.stdout);
  const lines = [
    `${bold(name)}  ${summary}`,
    yellow("It cannot be reproduced yet. Missing:"),
    ...missing.map((each) => `  ${each}`),
    `How: ${advice}`,
    `Cost: ${costWords(cost, speed)}`,
  ];
  console.log(lines.join("\n"));
}
