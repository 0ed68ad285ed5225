import { setThreads } from "@leeway/torch";
import { Command } from "commander";
import { z } from "zod";
import { didYouMean } from "../../errors.ts";
import type { Field } from "../../field.ts";
import {
  type ClassErrors,
  type ErrorExample,
  type ExamplePlace,
  placesOf,
  runErrors,
} from "../../probes/index.ts";
import { count, counted, renderErrors } from "../../report/index.ts";
import { readRun, writeFileAtomically } from "../../storage/index.ts";
import { addFields, type FlagsOf } from "../options/field-option.ts";
import { addMachine, addOutput, type MachineFlags, type OutputFlags } from "../options/shared.ts";
import { asUsage, usageError } from "../options.ts";
import { requireFolder } from "../predict/new-place.ts";
import { colorsFor } from "../terminal.ts";

/** More classes than this are not printed unless they are named. */
const maxPrinted = 10;

const ofErrors = { group: "Errors", affects: "nothing", common: true } as const;

const errorsFields = {
  class: {
    ...ofErrors,
    type: z.string().min(1),
    help: "one class alone",
    default: `all, of many the ${maxPrinted} rarest`,
    value: "<name>",
  },
  top: { ...ofErrors, type: z.int().min(1), help: "examples of each list", default: "10", value: "<count>" },
  keep: {
    ...ofErrors,
    type: z.array(z.string().min(1)),
    help: "columns of the data's table that are shown too, or all",
    value: "<columns>",
  },
  csv: { ...ofErrors, type: z.string().min(1), help: "write the lists there", value: "<file>" },
} as const satisfies Record<string, Field>;

/** `leeway errors`: what a run gets wrong on its held-out examples. */
export function errorsCommand(): Command {
  const command = new Command("errors").argument("<run>", "the run's folder, or runs/latest");
  addFields(command, errorsFields);
  addMachine(command, ["threads", "device", "dataDir", "cacheDir"]);
  return addOutput(command, ["json"]).addHelpText("after", examples).action(printErrors);
}

const examples = `
Of the validation and the test split: examples that the network was not trained on. For each class the hardest (the
least probability of their own label), what is wrongly taken for it, and probably mislabelled examples: as typical of
another class as that one's own examples are, by a threshold that each class has, however rare.

Examples:
  $ leeway errors runs/latest
  $ leeway errors runs/latest --class fraud --top 20 --keep amount,country
  $ leeway errors runs/latest --top 1000 --csv errors.csv
`;

interface ErrorsFlags
  extends
    FlagsOf<typeof errorsFields>,
    Pick<MachineFlags, "threads" | "device" | "dataDir" | "cacheDir">,
    Pick<OutputFlags, "json"> {}

const listNames = ["hardest", "falseAlarms", "mislabelled", "uncertain"] as const;

type PlacedExample = ErrorExample & { readonly place: ExamplePlace };
type PlacedErrors = Omit<ClassErrors, (typeof listNames)[number]> &
  Readonly<Record<(typeof listNames)[number], readonly PlacedExample[]>>;

async function printErrors(path: string, flags: ErrorsFlags): Promise<void> {
  const { top, csv, json = false, threads, device, dataDir, cacheDir, keep } = flags;
  if (csv !== undefined) requireFolder("--csv", csv);
  const { classNames, trainCounts } = readRun(path).record.data;
  if (flags.class !== undefined && !classNames.includes(flags.class)) {
    const known = `a class among ${classNames.slice(0, 20).join(", ")}`;
    throw usageError("--class", known, flags.class, didYouMean(flags.class, classNames));
  }
  if (threads !== undefined) setThreads(threads);
  const folders = { dataDir, cacheDir };
  const all = await runErrors(path, { device, ...(top !== undefined && { top }), ...folders });
  const byRarity = [...all.keys()].sort((i, j) => trainCounts[i]! - trainCounts[j]! || i - j); // as many counts
  const chosen = byRarity.map((j) => all[j]!).filter(({ name }) => name === (flags.class ?? name));
  const shown = json || csv !== undefined ? chosen : chosen.slice(0, maxPrinted);
  const placed = await asUsage(() => withPlaces(path, shown, { keep, ...folders }));
  if (csv !== undefined) writeFileAtomically(csv, csvText(placed));
  if (json) console.log(JSON.stringify(placed));
  else if (csv === undefined) {
    console.log(renderErrors(placed, { colors: colorsFor(process.stdout) }));
    const left = chosen.length - shown.length;
    if (left > 0)
      console.error(`${count(left)} more frequent classes are left out: --class names one, --json has all.`);
  } else console.error(`Errors of ${counted(placed.length, "class", "classes")} in ${csv}`);
}

/** The lists with where each example stands. */
async function withPlaces(
  path: string,
  classes: readonly ClassErrors[],
  options: Parameters<typeof placesOf>[2],
): Promise<PlacedErrors[]> {
  const examples = classes.flatMap((each) => listNames.flatMap((name) => each[name]));
  const places = await placesOf(path, examples, options);
  const placeOf = new Map(examples.map((example, i) => [example, places[i]!])); // one each
  const placed = (list: readonly ErrorExample[]): PlacedExample[] =>
    list.map((example) => ({ ...example, place: placeOf.get(example)! })); // they are all there
  return classes.map((each) => ({
    ...each,
    ...{ hardest: placed(each.hardest), falseAlarms: placed(each.falseAlarms) },
    ...{ mislabelled: placed(each.mislabelled), uncertain: placed(each.uncertain) },
  }));
}

/** One line an example of a list. */
function csvText(classes: readonly PlacedErrors[]): string {
  const rows = classes.flatMap((each) =>
    listNames.flatMap((list) =>
      each[list].map(({ place, split, ...example }) => ({
        ...{ class: each.name, list, split, file: place.file, row: place.row ?? "" },
        ...{ label: example.label, label_probability: example.labelProbability },
        ...{ against: example.other, against_probability: example.otherProbability },
        prediction: example.prediction,
        ...inputColumns(place.kept),
      })),
    ),
  );
  const header = Object.keys(rows[0] ?? {});
  const lines = rows.map((row) =>
    Object.values(row)
      .map((value) => quoted(String(value)))
      .join(","),
  );
  return [header.map(quoted).join(","), ...lines, ""].join("\n");
}

/** The columns of the input, under names that no column of the lists has. */
function inputColumns(kept: ExamplePlace["kept"] = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(kept).map(([name, value]) => [`input_${name}`, value ?? ""]));
}

function quoted(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
