import { existsSync } from "node:fs";
import { Command, Option } from "commander";
import { z } from "zod";
import { datasetNames, isDatasetName } from "../../catalogue/index.ts";
import { didYouMean } from "../../errors.ts";
import type { Field } from "../../field.ts";
import { defaultBeta, defaultExponent, profiles } from "../../imbalance/index.ts";
import { renderCountsTheory } from "../../report/index.ts";
import { countsTheory } from "../../theory/index.ts";
import { asUsage, refuseStray, usageError } from "../options.ts";
import { addFields, type FlagsOf } from "../options/field-option.ts";
import { addMachine, addOutput, type MachineFlags, type OutputFlags } from "../options/shared.ts";
import { colorsFor } from "../terminal.ts";
import { requestedCounts } from "../theory/requested-counts.ts";

const ofCounts = { group: "Class counts", affects: "nothing" } as const;
const ofRun = { group: "A trained run", affects: "nothing" } as const;

/** The options of class counts, those that are one number or name. */
const countsFields = {
  profile: {
    ...ofCounts,
    type: z.enum(profiles),
    help: "how class sizes fall",
    value: "<name>",
  },
  ratio: {
    ...ofCounts,
    type: z.number().min(1),
    help: "largest class to smallest",
    default: "100",
    value: "<number>",
  },
  maxPerClass: {
    ...ofCounts,
    type: z.int().min(1),
    help: "examples of the largest class",
    default: "all",
    value: "<count>",
  },
  maxMargin: {
    ...ofCounts,
    type: z.number().positive(),
    help: "the largest margin",
    default: "as in training",
    value: "<number>",
  },
  beta: {
    ...ofCounts,
    type: z.number().min(0).lt(1),
    help: "of effective numbers",
    default: String(defaultBeta),
    value: "<number>",
  },
} as const satisfies Record<string, Field>;

/** The options of a trained run. */
const runFields = {
  quantile: {
    ...ofRun,
    type: z.number().min(0).lt(1),
    help: "share below γ_j; 0: the minimum",
    default: "0.5",
    value: "<share>",
  },
  delta: {
    ...ofRun,
    type: z.number().positive().lt(1),
    help: "of Theorem 2",
    default: "0.05",
    value: "<share>",
  },
} as const satisfies Record<string, Field>;

const boundFields = {
  complexity: {
    group: "Options",
    affects: "nothing",
    type: z.number().positive(),
    help: "C(F) of the bounds",
    default: "of a run: estimated",
    value: "<number>",
  },
} as const satisfies Record<string, Field>;

/** `leeway theory`: what the paper's theory says of class counts, or of the margins of a trained run. */
export function theoryCommand(): Command {
  const command = new Command("theory")
    .argument("[what]", "a data set of the catalogue, or the folder of a run")
    .addOption(countsOption("--counts <numbers>", "examples of each class: 5000,2997,50"))
    .addOption(countsOption("--test-counts <numbers>", "of a known test set: margins of eq. 15"))
    .addOption(new Option("--dataset <name>").hideHelp());
  addFields(command, countsFields);
  addFields(command, runFields);
  command.addOption(
    exponentOption("--exponent <number>", "p of the margins n_j^(-p): 0.3, 1/3 (default: 1/4)"),
  );
  addFields(command, boundFields);
  addMachine(command, ["threads", "device", "dataDir", "cacheDir"]);
  return addOutput(command, ["json"]).addHelpText("after", examples).action(printTheory);
}

const examples = `
Counts need neither data nor libtorch. Of a run, the margins of its training examples are measured.

Examples:
  $ leeway theory cifar10 --profile longtail --ratio 100
  $ leeway theory --counts 5000,500,50 --test-counts 100,100,10
  $ leeway theory runs/latest --quantile 0
`;

/** What commander parses; an option that was not typed has no field. */
export interface TheoryFlags
  extends
    FlagsOf<typeof countsFields>,
    FlagsOf<typeof runFields>,
    FlagsOf<typeof boundFields>,
    Pick<MachineFlags, "threads" | "device" | "dataDir" | "cacheDir">,
    Pick<OutputFlags, "json"> {
  readonly counts?: readonly number[];
  readonly testCounts?: readonly number[];
  readonly dataset?: string;
  readonly exponent?: number;
}

const countsFlags = ["counts", "testCounts", ...Object.keys(countsFields)];
const runFlags = [...Object.keys(runFields), "dataDir", "cacheDir", "threads", "device"];

async function printTheory(what: string | undefined, flags: TheoryFlags): Promise<void> {
  const dataset = datasetIn(what, flags);
  if (what !== undefined && dataset === undefined) {
    const meant = existsSync(what) ? "" : didYouMean(what, datasetNames);
    if (meant !== "") throw usageError("theory", "a data set or the folder of a run", what, meant);
    refuseStray(flags, countsFlags, { where: "with a run" });
    const { theoryOfRun } = await import("../theory/theory-of-run.ts");
    return theoryOfRun(what, flags);
  }
  refuseStray(flags, runFlags, { where: "without a run" });
  const { title, counts, defaultMargin } = await asUsage(() => requestedCounts(dataset, flags));
  const { testCounts, maxMargin = defaultMargin, beta = defaultBeta, exponent = defaultExponent } = flags;
  const { complexity, json = false } = flags;
  const theory = await asUsage(() =>
    countsTheory({ counts, testCounts, maxMargin, exponent, beta, complexity }),
  );
  console.log(json ? JSON.stringify(theory) : renderCountsTheory(title, theory, colorsFor(process.stdout)));
}

/** The data set that is named, as the argument or by the option of before; undefined for a run and for bare counts. */
function datasetIn(what: string | undefined, { dataset }: TheoryFlags): string | undefined {
  if (dataset === undefined) return what !== undefined && isDatasetName(what) ? what : undefined;
  if (what !== undefined) throw usageError("--dataset", `none beside ${what}`, dataset, "Leave it out.");
  if (!isDatasetName(dataset))
    throw usageError("--dataset", "a data set of the catalogue", dataset, "leeway datasets lists them.");
  console.error(`Note: --dataset ${dataset} is now the argument: leeway theory ${dataset}.`);
  return dataset;
}

/** An option that takes a whole number for each class, divided by commas. */
function countsOption(flags: string, description: string): Option {
  const option = new Option(flags, description);
  return option.argParser((text) => {
    const parts = text.split(",");
    if (parts.every((part) => /^\d{1,15}$/.test(part)) && parts.length > 1) return parts.map(Number);
    throw usageError(option.long ?? flags, "whole numbers of at least two classes, divided by commas", text);
  });
}

/** An option that takes a decimal number or a fraction, `1/3`, from 0 to 1. */
function exponentOption(flags: string, description: string): Option {
  const option = new Option(flags, description);
  return option.argParser((text) => {
    const [, over, under = "1"] = /^(\d+\.?\d*|\.\d+)(?:\/(\d+))?$/.exec(text) ?? [];
    const value = Number(over) / Number(under);
    if (value >= 0 && value <= 1) return value;
    throw usageError(option.long ?? flags, "a number or a fraction from 0 to 1", text);
  });
}
