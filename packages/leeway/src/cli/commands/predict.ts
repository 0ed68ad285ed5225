import { resolve } from "node:path";
import { setThreads } from "@leeway/torch";
import { Command } from "commander";
import { badImageRules, encodings } from "../../catalogue/index.ts";
import {
  type BadImages,
  type Encoding,
  openPredictionInput,
  type PreparedInput,
  stdinLines,
} from "../../data/index.ts";
import { openPredictor } from "../../probes/index.ts";
import { askedFor, choiceOption, usageError, wholeOption } from "../options.ts";
import { announced } from "../predict/announced.ts";
import { askedPrior } from "../predict/asked-prior.ts";
import { measuredBy, measuredWords, writeMeasured } from "../predict/measured.ts";
import { requireFolder, requireNewPlace, type WritingOption } from "../predict/new-place.ts";
import { predictionRows } from "../predict/rows.ts";
import { formatOf, type PredictionFormat, writePredictions, writeText } from "../predict/write.ts";
import { counted } from "../../report/index.ts";

/** `leeway predict`: the classes of new examples, with calibrated probabilities. */
export function predictCommand(): Command {
  return new Command("predict")
    .argument("<run>", "the run's folder, or runs/latest")
    .argument(
      "[input...]",
      "files, patterns or folders like those of training; - or nothing reads stdin: lines, CSV or JSON lines",
    )
    .option("-o, --output <file>", "write there: .csv, .jsonl or .parquet (else to stdout)")
    .addOption(choiceOption("--format <name>", "of stdout (csv)", ["csv", "jsonl"]))
    .addOption(
      wholeOption("--top <count>", "classes of each example, the most probable first (1)", {
        least: 1,
        most: 1e6,
      }),
    )
    .option("--all", "all classes of each example")
    .option("--prior <class=share,…>", "how frequent classes are where the model is used")
    .addOption(
      choiceOption(
        "--encoding <name>",
        "of CSV and .txt files (as in training) and of stdin (utf-8)",
        encodings,
      ),
    )
    .addOption(choiceOption("--bad-images <rule>", "images that cannot be read (stop)", badImageRules))
    .option("--metrics <file>", "write there, as JSON, how good they are where the input names classes")
    .addOption(wholeOption("--threads <count>", "processors to use (all allowed)", { least: 1, most: 1024 }))
    .option("-q, --quiet", "print nothing but predictions and errors")
    .addHelpText("after", examples)
    .action(predictAsked);
}

const examples = `
Input is prepared exactly as the run's own was: the same columns, words or sizes, by what training learned.
Probabilities are softmax(s · z / T), with the temperature T that was fitted on the validation split.
Where the input names classes as training data does, in a column or by folders, accuracy is measured and printed.

Examples:
  $ leeway predict runs/latest new.csv --output predictions.csv
  $ leeway predict runs/latest 'parts/*.parquet' --output predictions.parquet --all
  $ leeway predict runs/latest new.csv --prior fraud=0.001,fine=0.999
  $ leeway predict runs/latest test.csv --output predictions.csv --metrics metrics.json
  $ leeway predict runs/latest photos/ --top 3 --format jsonl
  $ echo "a dull, lifeless film" | leeway predict runs/latest
`;

interface PredictFlags {
  readonly output?: string;
  readonly format?: "csv" | "jsonl";
  readonly top?: number;
  readonly all?: boolean;
  readonly prior?: string;
  readonly metrics?: string;
  readonly encoding?: Encoding;
  readonly badImages?: BadImages;
  readonly threads?: number;
  readonly quiet?: boolean;
}

async function predictAsked(path: string, input: readonly string[], flags: PredictFlags): Promise<void> {
  const { output, format, encoding, quiet = false } = flags;
  const fileFormat = output === undefined ? undefined : requireFormat(output, format);
  const written = Object.entries({ "--output": output, "--metrics": flags.metrics }).flatMap(
    ([option, file]) => (file === undefined ? [] : [[option as WritingOption, file] as const]),
  );
  for (const [option, file] of written) requireFolder(option, file);
  if (output !== undefined && flags.metrics !== undefined && resolve(output) === resolve(flags.metrics)) {
    throw usageError("--metrics", "another file than --output", flags.metrics);
  }
  const predictor = openPredictor(path);
  const { classNames, preparation, recipe } = predictor;
  if (encoding !== undefined && !["table", "text"].includes(preparation.kind)) {
    throw usageError("--encoding", "a run of tables or texts", preparation.kind, "Leave it out.");
  }
  const prior = flags.prior === undefined ? undefined : askedPrior(flags.prior, classNames);
  const top = flags.all === true ? classNames.length : Math.min(flags.top ?? 1, classNames.length);
  if (flags.threads !== undefined) setThreads(flags.threads);
  const fromStdin = input.length === 0 || (input.length === 1 && input[0] === "-");
  const lines = fromStdin ? await stdinLines(process.stdin, { encoding }) : undefined;
  const read = await askedFor(() =>
    openPredictionInput(preparation, {
      ...{ paths: input, lines, encoding, badImages: flags.badImages },
      ...{ label: recipe.source?.label, options: recipe.source?.options },
    }),
  );
  const examples = read.dataset.labels.length;
  for (const [option, file] of written) requireNewPlace(option, file, inputFiles(input, read));
  const probabilities = await predictor.probabilities(read.dataset, { prior });
  await predictor.close();
  if (!quiet) for (const line of announced(predictor.run, read.notes)) console.error(line);
  const { trainCounts } = predictor.run.record.data;
  const measured = measuredBy(read.given, probabilities, { classes: classNames.length, trainCounts });
  if (measured === null && flags.metrics !== undefined) throw noClasses(input, classNames);
  const rows = predictionRows(read, probabilities, { classNames, top });
  if (output === undefined || fileFormat === undefined) {
    await writeText(process.stdout, rows, { format: format ?? "csv", top }).catch((error: unknown) => {
      // `leeway predict … | head` has read enough.
      if ((error as NodeJS.ErrnoException).code !== "EPIPE") throw error;
    });
  } else {
    await writePredictions(output, rows, { format: fileFormat, top });
    if (!quiet) console.error(`${counted(examples, "prediction", "predictions")} in ${output}`);
  }
  if (measured === null) return;
  if (flags.metrics !== undefined) writeMeasured(flags.metrics, measured, classNames);
  if (!quiet) console.error(measuredWords(measured, { of: examples, classNames }));
}

/** What was read, as it was named and by its files. */
function* inputFiles(input: readonly string[], { dataset, origin }: PreparedInput): Generator<string> {
  yield* input;
  for (let i = 0; i < dataset.labels.length; i++) yield origin(i).file;
}

function noClasses(input: readonly string[], classNames: readonly string[]): Error {
  const got = input.length === 0 ? "lines without" : `${input.join(" ")} without`;
  const advice = `Give a table with the column of classes, or a folder for each (${classNames.slice(0, 6).join(", ")}).`;
  return usageError("--metrics", "input that names classes of the run", got, advice);
}

function requireFormat(output: string, asked: PredictFlags["format"]): PredictionFormat {
  const format = formatOf(output);
  if (format === undefined) {
    throw usageError("--output", "a path that ends in .csv, .jsonl or .parquet", output);
  }
  if (asked === undefined || asked === format) return format;
  throw usageError("--format", `${format}, as --output ends`, asked, "Leave one of the two out.");
}
