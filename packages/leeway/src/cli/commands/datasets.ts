import { Command } from "commander";
import { type DatasetEntry, datasets, findDataset } from "../../data/index.ts";
import { count, exampleNoun, renderTable } from "../../report/index.ts";
import { addMachine, addOutput, type MachineFlags, type OutputFlags } from "../options/shared.ts";
import { colorsFor } from "../terminal.ts";

/** `leeway datasets`: what can be trained on, where it lies, and how to get what is not there. */
export function datasetsCommand(): Command {
  const command = addOutput(new Command("datasets"), ["json"], { json: { help: "print one JSON array" } });
  return addMachine(command, ["dataDir"]).addHelpText("after", examples).action(listDatasets);
}

const examples = `
Examples:
  $ leeway datasets
  $ leeway datasets --data-dir ~/data

Environment: LEEWAY_DATA, a folder that is searched after --data-dir.
`;

type DatasetsFlags = Pick<MachineFlags, "dataDir"> & Pick<OutputFlags, "json">;

async function listDatasets({ dataDir, json = false }: DatasetsFlags): Promise<void> {
  const found = await Promise.all(
    datasets.map(async (entry) => ({ entry, path: (await findDataset(entry.files, { dataDir })) ?? null })),
  );
  console.log(json ? JSON.stringify(found.map(listed)) : renderDatasets(found));
}

interface FoundDataset {
  readonly entry: DatasetEntry;
  /** Null where it is in none of the places. */
  readonly path: string | null;
}

function listed({ entry, path }: FoundDataset): Record<string, unknown> {
  const { name, title, classes, trainSize, testSize, input, origin, files } = entry;
  return { name, title, classes, trainSize, testSize, input, origin, path, advice: files.advice };
}

function renderDatasets(found: readonly FoundDataset[]): string {
  const { bold, dim, green, yellow } = colorsFor(process.stdout);
  const rows = found.map(({ entry: { name, classes, trainSize, testSize, input }, path }) => [
    bold(name),
    `${classes} classes`,
    `${count(trainSize)} training ${exampleNoun({ dataset: name })}`,
    `${count(testSize)} test ${exampleNoun({ dataset: name })}`,
    input.kind === "image"
      ? `${input.width} x ${input.height} ${input.channels === 1 ? "grey" : "colour"}`
      : "",
    path === null ? yellow("not found") : green(path),
  ]);
  const missing = found
    .filter(({ path }) => path === null)
    .map(({ entry }) => `\n${entry.title}: ${dim(entry.files.advice)}`);
  return [renderTable(rows, { right: [1, 2, 3] }), ...missing].join("\n");
}
