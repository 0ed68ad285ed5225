import { stat, writeFile } from "node:fs/promises";
import { Command } from "commander";
import { stringify } from "yaml";
import { countRows, dataFacts } from "../../data/index.ts";
import { RunError } from "../../errors.ts";
import { inspectionOf, type Inspection } from "../inspect/inspection.ts";
import { renderInspection } from "../inspect/render.ts";
import { askedFor, usageError } from "../options.ts";
import { usualLength } from "../own-data.ts";
import { addOwnDataOptions, askedData, type OwnDataFlags } from "../own-data-options.ts";
import { colorsFor } from "../terminal.ts";

/** `leeway inspect`: what is imbalanced and suspicious in data, and what to train on it. */
export function inspectCommand(): Command {
  return addOwnDataOptions(new Command("inspect"))
    .optionsGroup("Files:")
    .option("--data-dir <folder>", "where data sets of the catalogue lie, before the usual places")
    .option("--svg <file>", "draw the class counts")
    .option("--write-config <file>", "write a configuration that leeway train --config runs")
    .optionsGroup("Output:")
    .option("--json", "print one JSON object")
    .addHelpText("after", examples)
    .action(inspectAsked);
}

const examples = `
Nothing is trained and libtorch is not needed: labels and contents are counted and compared.

Examples:
  $ leeway inspect transactions.csv --label fraud
  $ leeway inspect 'parts/*.parquet' --label class --write-config run.yaml && leeway train --config run.yaml
  $ leeway inspect photos/ --svg classes.svg
  $ leeway inspect fashion-mnist --json
`;

interface InspectFlags extends OwnDataFlags {
  readonly dataDir?: string;
  readonly svg?: string;
  readonly writeConfig?: string;
  readonly json?: boolean;
}

async function inspectAsked(paths: readonly string[], flags: InspectFlags): Promise<void> {
  const { dataDir, svg, writeConfig, json = false } = flags;
  const asked = await askedFor(() => askedData(paths, flags));
  if (asked === undefined)
    throw usageError("DATA", "what to look at", "nothing", "leeway inspect --help has examples.");
  if (writeConfig !== undefined) await requireNew(writeConfig);
  const kind = asked.source?.kind;
  const rows =
    asked.source && (kind === "table" || kind === "embedding")
      ? await countRows(asked.source.paths)
      : undefined;
  const facts = await askedFor(() => dataFacts(asked, { dataDir }));
  const inspection = await askedFor(() =>
    inspectionOf(facts, asked, rows === undefined ? {} : usualLength(rows)),
  );
  if (svg !== undefined) await drawCounts(svg, inspection);
  if (writeConfig !== undefined) await writeRecommendation(writeConfig, inspection);
  console.log(json ? JSON.stringify(inspection) : renderInspection(inspection, colorsFor(process.stdout)));
  if (writeConfig !== undefined && inspection.recommendation !== null) {
    console.error(`Wrote ${writeConfig}. Train it: leeway train --config ${writeConfig}`);
  }
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
  const { classCountsChart, renderSvg } = await import("../../report/index.ts");
  const spec = classCountsChart({
    title: `Examples of each class of ${name}`,
    subtitle: `${kind}, ${classes.length} classes, imbalance ratio ${ratio.toFixed(1)}`,
    classNames: classes.map((each) => each.name),
    counts: classes.map((each) => each.count),
  });
  await writeText(path, await renderSvg(spec));
}

async function writeRecommendation(path: string, { recommendation }: Inspection): Promise<void> {
  if (recommendation === null) return;
  const { method, reasons } = recommendation;
  // Without the schedule: the usual one follows a length that is asked for later.
  const recipe = Object.fromEntries(
    Object.entries(recommendation.recipe).filter(([name]) => name !== "schedule"),
  );
  const why = [`# leeway inspect recommends ${method}:`, ...reasons.map((reason) => `# - ${reason}`)];
  await writeText(
    path,
    `${why.join("\n")}\n${stringify(recipe, { aliasDuplicateObjects: false, lineWidth: 0 })}`,
  );
}

async function writeText(path: string, text: string): Promise<void> {
  await writeFile(path, text).catch((cause: unknown) => {
    const got = cause instanceof Error ? cause.message : String(cause);
    throw new RunError("run", `${path}: expected to write there, got ${got}.`, { path, cause });
  });
}
