import { resolve } from "node:path";
import { Command } from "commander";
import { readerFields } from "../../catalogue/index.ts";
import {
  type BadImages,
  exampleKind,
  openPredictionInput,
  parseDialect,
  type PreparedInput,
  stdinLines,
} from "../../data/index.ts";
import {
  formatOf,
  measuredBy,
  type PredictionFormat,
  predictionRows,
  rankedPredictions,
  writeMeasured,
  writePredictions,
  writeText,
} from "../../probes/index.ts";
import { abstainedNote, counted, renderMeasured } from "../../report/index.ts";
import { asUsage, usageError } from "../options.ts";
import { addFields, type FlagsOf } from "../options/field-option.ts";
import { addMachine, addOutput, addRemoved, type MachineFlags, type OutputFlags } from "../options/shared.ts";
import { openedModel } from "../predict/opened-model.ts";
import { requireFolder, requireNewPlace, type WritingOption } from "../predict/new-place.ts";
import { formOf } from "../predict/prediction-form.ts";
import { topOption } from "../predict/top-option.ts";
import { predictFields, rereadNames, rereadOptions } from "../predict/predict-fields.ts";
import { parsePrior } from "../predict/parse-prior.ts";
import { colorsFor } from "../terminal.ts";

const asTrained = { default: "as in training" };

/** How the input is written, where it is not as the files of training. */
const dialectNames = ["encoding", "header", "delimiter", "quote", "decimal", "comment", "sheet"] as const;

/** `leeway predict`: the classes of new examples, with probabilities. */
export function predictCommand(): Command {
  const command = new Command("predict")
    .argument("<run>", "the run's folder, runs/latest, or an exported model")
    .argument("[input...]", "files, patterns or folders; - or nothing reads stdin")
    .addOption(topOption())
    .option("--prior <shares>", "class frequencies where it is used: class=share,… training or auto");
  addFields(command, readerFields, {
    names: [...dialectNames, ...rereadNames],
    change: {
      encoding: { help: "of files and stdin", default: "as in training" },
      delimiter: asTrained,
      quote: asTrained,
      decimal: asTrained,
      comment: asTrained,
      sheet: asTrained,
      labels: { help: "file with the true classes of vectors, .npy or a table" },
      text: asTrained,
      vector: asTrained,
      pathColumn: asTrained,
      pathSuffix: asTrained,
      imageRoot: asTrained,
    },
  });
  addFields(command, predictFields);
  addOutput(command, ["quiet"], { quiet: { help: "print nothing but predictions and errors" } });
  addMachine(command, ["threads", "device"]);
  return addRemoved(command, { "--all": "Say --top all." })
    .addHelpText("after", examples)
    .action(printPredictions);
}

const examples = `
An exported model needs no libtorch, but onnxruntime-node: npm i onnxruntime-node.
Input is prepared exactly as the run's own was: the same columns, words or sizes, by what training learned.
Probabilities have the class frequencies of the training data, fitted on the validation split. The prediction is the
method's own decision, by which the run was measured: a method that re-balances decides for a rare class before it is
the most probable one. With --prior the prediction is the most probable class under those frequencies: shares that you
name, those of the training data, or with auto those that the input itself seems to have.
Columns are file, row (from 1), those of --keep, prediction, probability, and p_<class> for every class.
Where the input names classes as training data does, in a column or by folders, accuracy is measured and printed.

Examples:
  $ leeway predict runs/latest new.csv --output predictions.csv
  $ leeway predict runs/latest new.csv --keep id,amount
  $ leeway predict runs/latest new.npy --labels truth.npy --metrics metrics.json
  $ leeway predict runs/latest 'parts/*.parquet' --output predictions.parquet --top all
  $ leeway predict runs/latest new.csv --prior fraud=0.001,fine=0.999
  $ leeway predict model/ new.csv --prior training
  $ leeway predict runs/latest new.csv --prior auto
  $ leeway predict runs/latest photos/ --top 3 --format jsonl
  $ echo "a dull, lifeless film" | leeway predict runs/latest
`;

interface PredictFlags
  extends
    FlagsOf<typeof predictFields>,
    Pick<FlagsOf<typeof readerFields>, (typeof dialectNames)[number]>,
    Pick<MachineFlags, "threads" | "device">,
    Pick<OutputFlags, "quiet"> {
  /** Infinity for all. */
  readonly top?: number;
  readonly prior?: string;
  readonly labels?: string;
  readonly badImages?: BadImages;
}

async function printPredictions(path: string, input: readonly string[], flags: PredictFlags): Promise<void> {
  const { output, format, encoding, labels, keep, quiet = false } = flags;
  const requested = dialectNames.filter((name) => flags[name] !== undefined && flags[name] !== true);
  const fileFormat = output === undefined ? undefined : requireFormat(output, format);
  const written = Object.entries({ "--output": output, "--metrics": flags.metrics }).flatMap(
    ([option, file]) => (file === undefined ? [] : [[option as WritingOption, file] as const]),
  );
  for (const [option, file] of written) requireFolder(option, file);
  if (output !== undefined && flags.metrics !== undefined && resolve(output) === resolve(flags.metrics)) {
    throw usageError("--metrics", "another file than --output", flags.metrics);
  }
  const model = await openedModel(path, flags);
  const { classNames, preparation, trainCounts } = model;
  const { label = model.reading.label } = flags;
  const { options } = model.reading;
  const reading = rereadOptions(flags, { kind: exampleKind(preparation), options });
  const prior = flags.prior === undefined ? undefined : parsePrior(flags.prior, classNames);
  const top = Math.min(flags.top ?? 1, classNames.length);
  const named = Object.fromEntries(requested.map((name) => [name, flags[name]]));
  const dialect = await asUsage(() => parseDialect(named));
  const fromStdin = input.length === 0 || (input.length === 1 && input[0] === "-");
  const lines = fromStdin ? await stdinLines(process.stdin, { encoding }) : undefined;
  const read = await asUsage(() =>
    openPredictionInput(preparation, {
      ...{ paths: input, lines, dialect, badImages: flags.badImages },
      ...{ label, labels, keep, options: reading },
    }),
  );
  if (flags.label !== undefined && read.trueLabels === undefined) {
    throw usageError("--label", "a column of the input that names classes", flags.label);
  }
  const examples = read.dataset.labels.length;
  for (const [option, file] of written) requireNewPlace(option, file, inputFiles(input, read));
  const predicted = await asUsage(() => model.classify(read, { prior, decision: flags.decision }));
  await model.close();
  const { form, notes } = formOf(read, {
    ...{ classNames, top, requested: flags.probabilities },
    decision: predicted.decisions !== undefined,
    abstention: predicted.abstention !== undefined,
  });
  if (!quiet) {
    const { estimate } = predicted;
    const lines = model.notes({ notes: [...read.notes, ...notes], prior, estimate });
    for (const line of lines) console.error(line);
    if (predicted.abstention !== undefined) console.error(abstainedNote(predicted.abstention.abstained));
  }
  const measured = measuredBy(read.trueLabels, predicted, trainCounts);
  if (measured === null && flags.metrics !== undefined)
    throw noClasses(labels === undefined ? input : [labels], classNames);
  const order = flags.rankBy && rankedBy(flags.rankBy, read, predicted);
  const rows = predictionRows(read, predicted, { ...form, order });
  if (output === undefined || fileFormat === undefined) {
    await writeText(process.stdout, rows, { format: format ?? "csv", form }).catch((error: unknown) => {
      // `leeway predict … | head` has read enough.
      if ((error as NodeJS.ErrnoException).code !== "EPIPE") throw error;
    });
  } else {
    await writePredictions(output, rows, { format: fileFormat, form });
    if (!quiet) console.error(`${counted(examples, "prediction", "predictions")} in ${output}`);
  }
  if (measured === null) return;
  if (flags.metrics !== undefined) writeMeasured(flags.metrics, measured, classNames);
  if (quiet) return;
  const colors = colorsFor(process.stderr);
  console.error(renderMeasured(measured, { of: examples, classNames, trainCounts, colors }));
}

/** The order of a ranking, for which the input must name classes where it goes by the loss. */
function rankedBy(
  ranking: NonNullable<PredictFlags["rankBy"]>,
  { trueLabels: labels, dataset }: PreparedInput,
  { probabilities }: { readonly probabilities: Float32Array },
): Uint32Array {
  if (ranking === "uncertainty" || labels !== undefined) {
    return rankedPredictions(ranking, probabilities, { labels, classes: dataset.classNames.length });
  }
  throw usageError("--rank-by", "uncertainty, for input without classes of the run", ranking);
}

/** What was read, as it was named and by its files. */
function* inputFiles(input: readonly string[], { dataset, origin }: PreparedInput): Generator<string> {
  yield* input;
  for (let i = 0; i < dataset.labels.length; i++) yield origin(i).file;
}

function noClasses(input: readonly string[], classNames: readonly string[]): Error {
  const got = input.length === 0 ? "lines" : input.join(" ");
  const advice = `Give a table with the column of classes, or a folder for each (${classNames.slice(0, 6).join(", ")}).`;
  return usageError("--metrics", "input that names classes of the run", got, advice);
}

function requireFormat(output: string, requested: PredictFlags["format"]): PredictionFormat {
  const format = formatOf(output);
  if (format === undefined) {
    throw usageError("--output", "a path that ends in .csv, .jsonl or .parquet", output);
  }
  if (requested === undefined || requested === format) return format;
  throw usageError("--format", `${format}, as --output ends`, requested, "Leave one of the two out.");
}
