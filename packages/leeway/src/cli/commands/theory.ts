import { Command, Option } from "commander";
import { datasets } from "../../data/index.ts";
import { type Profile, profiles } from "../../imbalance/index.ts";
import { cacheOption } from "../cache-option.ts";
import { askedFor, choiceOption, numberOption, refuseStray, usageError, wholeOption } from "../options.ts";
import { colorsFor } from "../terminal.ts";
import { renderCountsTheory } from "../../report/index.ts";
import { countsTheory } from "../../theory/index.ts";
import { requestedCounts } from "../theory/requested-counts.ts";

/** `leeway theory`: what the paper's theory says of class counts, or of the margins of a trained run. */
export function theoryCommand(): Command {
  const unbounded = Number.MAX_SAFE_INTEGER;
  const positive = (most: number): { most: number; aboveLeast: true } => ({ most, aboveLeast: true });
  return new Command("theory")
    .argument("[run]", "a run's folder: measure its margins and put them into the bounds")
    .optionsGroup("Class counts, without a run:")
    .addOption(countsOption("--counts <numbers>", "training examples of each class: 5000,2997,50"))
    .addOption(
      choiceOption(
        "--dataset <name>",
        "or those of a data set",
        datasets.map(({ name }) => name),
      ),
    )
    .addOption(choiceOption("--profile <name>", "how class sizes fall (images: longtail)", profiles))
    .addOption(numberOption("--ratio <number>", "largest class to smallest (100)", { least: 1, most: 1e6 }))
    .addOption(
      wholeOption("--max-per-class <count>", "examples of the largest class (all)", {
        least: 1,
        most: unbounded,
      }),
    )
    .addOption(countsOption("--test-counts <numbers>", "a known test set's: margins of eq. 15"))
    .addOption(
      numberOption("--max-margin <number>", "the largest margin (0.5, or the data set's)", positive(10)),
    )
    .addOption(
      numberOption("--beta <number>", "of the effective number (0.9999)", { most: 1, belowMost: true }),
    )
    .optionsGroup("A trained run:")
    .addOption(
      numberOption("--quantile <share>", "of a class that may lie below its γ_j; 0: minimum (0.5)", {
        most: 1,
        belowMost: true,
      }),
    )
    .addOption(
      numberOption("--delta <share>", "Theorem 2 may fail with this probability (0.05)", {
        ...positive(1),
        belowMost: true,
      }),
    )
    .option("--data-dir <folder>", "where data sets lie, before the usual places")
    .addOption(cacheOption())
    .addOption(wholeOption("--threads <count>", "processors to use (all allowed)", { least: 1, most: 1024 }))
    .optionsGroup("Both:")
    .addOption(exponentOption("--exponent <number>", "p of the margins n_j^(-p): 1/4, 1/3, 0.3 (1/4)"))
    .addOption(numberOption("--complexity <number>", "C(F) of the bounds (a run: estimated)", positive(1e12)))
    .option("--json", "print one JSON object")
    .addHelpText("after", examples)
    .action(printTheory);
}

const examples = `
Examples:
  $ leeway theory --counts 5000,2997,1796,1077,645,387,232,139,83,50
  $ leeway theory --dataset cifar10 --profile longtail --ratio 100
  $ leeway theory --counts 12500,1250 --exponent 1/3
  $ leeway theory --counts 5000,500,50 --test-counts 100,100,10
  $ leeway theory runs/latest
  $ leeway theory runs/latest --quantile 0 --complexity 100
`;

/** What commander parses; an option that was not typed has no field. */
export interface TheoryFlags {
  readonly counts?: readonly number[];
  readonly dataset?: string;
  readonly profile?: Profile;
  readonly ratio?: number;
  readonly maxPerClass?: number;
  readonly testCounts?: readonly number[];
  readonly maxMargin?: number;
  readonly beta?: number;
  readonly quantile?: number;
  readonly delta?: number;
  readonly dataDir?: string;
  readonly cacheDir?: string;
  readonly threads?: number;
  readonly exponent?: number;
  readonly complexity?: number;
  readonly json?: boolean;
}

const countsFlags = [
  "counts",
  "dataset",
  "profile",
  "ratio",
  "maxPerClass",
  "testCounts",
  "maxMargin",
  "beta",
] as const;
const runFlags = ["quantile", "delta", "dataDir", "cacheDir", "threads"] as const;

async function printTheory(run: string | undefined, flags: TheoryFlags): Promise<void> {
  if (run !== undefined) {
    refuseStray(flags, countsFlags, { where: "with a run" });
    const { theoryOfRun } = await import("../theory/theory-of-run.ts");
    return theoryOfRun(run, flags);
  }
  refuseStray(flags, runFlags, { where: "without a run" });
  const { title, counts, defaultMargin } = await askedFor(() => requestedCounts(flags));
  const {
    testCounts,
    maxMargin = defaultMargin,
    beta = 0.9999,
    exponent = 0.25,
    complexity,
    json = false,
  } = flags;
  const theory = await askedFor(() =>
    countsTheory({ counts, testCounts, maxMargin, exponent, beta, complexity }),
  );
  console.log(json ? JSON.stringify(theory) : renderCountsTheory(title, theory, colorsFor(process.stdout)));
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
