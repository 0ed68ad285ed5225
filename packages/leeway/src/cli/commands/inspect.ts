import { stat } from "node:fs/promises";
import { Command } from "commander";
import { stringify } from "yaml";
import { inspectionWith } from "../../api/inspect.ts";
import { backboneFields } from "../../catalogue/index.ts";
import { withAbsoluteBackbone } from "../../data/index.ts";
import { RunError } from "../../errors.ts";
import type { Recipe } from "../../recipe/index.ts";
import { writeFileAtomically } from "../../storage/index.ts";
import { classCountsChart, renderInspection, renderSvg, shellWord } from "../../report/index.ts";
import type { Inspection } from "../../theory/index.ts";
import { asUsage, usageError } from "../options.ts";
import { recordedRecipe } from "../../runs/index.ts";
import { requestedData } from "../requested-data.ts";
import { addFields, type FlagsOf } from "../options/field-option.ts";
import { addMachine, addOutput, type MachineFlags, type OutputFlags } from "../options/shared.ts";
import { addDataOptions, type DataFlags } from "../data-options.ts";
import { requestedBackbone, requestedRecipe } from "../recipe-options.ts";
import { withShortHelp } from "../short-help.ts";
import { colorsFor } from "../terminal.ts";

/** `leeway inspect`: what is imbalanced and suspicious in data, and what to train on it. */
export function inspectCommand(): Command {
  const data = addDataOptions(new Command("inspect"));
  const command = addFields(data, backboneFields, { change: { backbone: { common: true } } })
    .optionsGroup("Output:")
    .option("--svg <file>", "draw the class counts")
    .option("--write-config <file>", "write a configuration for leeway train --config");
  addOutput(command, ["json"]);
  addMachine(command, ["threads", "dataDir", "cacheDir"], {
    threads: { help: "processors that a backbone uses" },
    cacheDir: { help: "folder of cached features", default: "~/.cache/leeway/features" },
  });
  return withShortHelp(command, { examples, more }).action(printInspection);
}

const more = `
Nothing is trained and libtorch is not needed: labels and contents are counted and compared.
`;

const examples = `
Examples:
  $ leeway inspect transactions.csv --label fraud
  $ leeway inspect 'parts/*.parquet' --label class --write-config run.yaml && leeway train --config run.yaml
  $ leeway inspect photos/ --svg classes.svg
  $ leeway inspect photos/ --backbone dinov2-small/   # as the vectors of a pretrained network
  $ leeway inspect fashion-mnist --json
`;

interface InspectFlags
  extends
    DataFlags,
    FlagsOf<typeof backboneFields>,
    Pick<MachineFlags, "threads" | "dataDir" | "cacheDir">,
    Pick<OutputFlags, "json"> {
  readonly svg?: string;
  readonly writeConfig?: string;
}

async function printInspection(paths: readonly string[], flags: InspectFlags): Promise<void> {
  const { threads, dataDir, cacheDir, svg, writeConfig, json = false } = flags;
  const requested = await asUsage(() => requestedData(paths, flags));
  const { dataset, source } = requested.flags;
  if (dataset === undefined)
    throw new RunError("usage", "DATA: expected what to look at, got nothing. --help has examples.");
  if (writeConfig !== undefined) await requireNew(writeConfig);
  const { backbone: named } = requestedBackbone({}, flags);
  const backbone = named && withAbsoluteBackbone(named);
  const inspection = await asUsage(() =>
    inspectionWith({ dataset, source, backbone, threads, dataDir, cacheDir }, (own) =>
      recordedRecipe(requestedRecipe({ ...requested, flags: { ...requested.flags, ...own } })),
    ),
  );
  if (svg !== undefined) await drawCounts(svg, inspection);
  console.log(json ? JSON.stringify(inspection) : renderInspection(inspection, colorsFor(process.stdout)));
  if (writeConfig === undefined) return;
  writeRecommendation(writeConfig, inspection);
  console.error(`Wrote ${writeConfig}. Train it: leeway train --config ${shellWord(writeConfig)}`);
}

async function requireNew(path: string): Promise<void> {
  const there = await stat(path).then(
    () => true,
    () => false,
  );
  if (there)
    throw usageError(
      "--write-config",
      "a file that is not there yet",
      path,
      "Remove it, or take another name.",
    );
}

async function drawCounts(path: string, { name, kind, ratio, classes }: Inspection): Promise<void> {
  const spec = classCountsChart({
    title: `Examples of each class of ${name}`,
    subtitle: [`${kind}, ${classes.length} classes, imbalance ratio ${ratio.toFixed(1)}`],
    classNames: classes.map((each) => each.name),
    counts: classes.map((each) => each.count),
  });
  writeFileAtomically(path, await renderSvg(spec));
}

function writeRecommendation(path: string, { name, obstacle, recommendation }: Inspection<Recipe>): void {
  if (recommendation === null) {
    const got = `data of which nothing can be trained: ${obstacle ?? ""}`;
    throw new RunError("data", `${name}: expected something to configure in ${path}, got ${got}.`);
  }
  const { method, reasons } = recommendation;
  // Without the schedule: the default one follows from the length, which may change.
  const recipe = Object.fromEntries(
    Object.entries(recommendation.recipe).filter(([name]) => name !== "schedule"),
  );
  const why = [`# leeway inspect recommends ${method}:`, ...reasons.map((reason) => `# - ${reason}`)];
  writeFileAtomically(
    path,
    `${why.join("\n")}\n${stringify(recipe, { aliasDuplicateObjects: false, lineWidth: 0 })}`,
  );
}
