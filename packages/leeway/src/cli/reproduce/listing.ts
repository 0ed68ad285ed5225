import { paperSource } from "../../analysis/index.ts";
import { experiments } from "../../experiments/index.ts";
import { counted, renderTable } from "../../report/index.ts";
import { colorsFor } from "../terminal.ts";

/** Prints every table and figure. */
export function listExperiments({ json = false }: { readonly json?: boolean | undefined }): void {
  console.log(json ? JSON.stringify(experiments.map(listed)) : renderExperiments());
}

type AnyExperiment = (typeof experiments)[number];

function listed(experiment: AnyExperiment): Record<string, unknown> {
  if (experiment.kind === "tuned") return { ...experiment };
  const { columns, ...rest } = experiment;
  return { ...rest, columns: columns.map(({ name }) => name) };
}

function renderExperiments(): string {
  const { bold, dim } = colorsFor(process.stdout);
  const rows = experiments.flatMap((experiment) => [
    [bold(experiment.name), experiment.summary],
    ["", dim(sizeWords(experiment))],
  ]);
  return [
    paperSource,
    "",
    renderTable(rows),
    "",
    "What it takes, and where its data is from:  leeway reproduce table2 --dry-run",
  ].join("\n");
}

function sizeWords(experiment: AnyExperiment): string {
  const { rows } = experiment;
  switch (experiment.kind) {
    case "tuned":
      return `${rows.length} methods, each with the same search on the validation split`;
    case "table":
      return `${counted(experiment.columns.length, "column", "columns")} x ${rows.length} methods, ${experiment.epochs} epochs`;
    case "figure":
      return `${rows.length} methods, ${experiment.epochs} epochs`;
  }
}
