import { Command, Option } from "commander";
import { datasetEntry, datasets } from "../../data/index.ts";
import {
  type Choice,
  columnOf,
  type Experiment,
  experiments,
  type FigureExperiment,
  placesOf,
} from "../../experiments/index.ts";
import { networkNames } from "../../catalogue/index.ts";
import { type Precision, precisions, type Protocol, protocols } from "../../recipe/index.ts";
import { cacheOption } from "../cache-option.ts";
import {
  choiceOption,
  namesAmong,
  namesOption,
  partOption,
  refuseStray,
  usageError,
  wholeListOption,
  wholeOption,
} from "../options.ts";
import { drawFigure, type DrawFlags } from "../reproduce/draw.ts";
import { type FillFlags, fillTable } from "../reproduce/fill.ts";
import { fillTuned } from "../reproduce/tuned.ts";
import { listExperiments } from "../reproduce/listing.ts";

/** `leeway reproduce`: the paper's tables filled with our numbers, and its figures drawn from our runs. */
export function reproduceCommand(): Command {
  return new Command("reproduce")
    .argument("[experiment]", `what to reproduce: ${experiments.map(({ name }) => name).join(", ")}`)
    .optionsGroup("What:")
    .addOption(namesOption("--columns <names>", "columns, divided by commas (all; of a figure its own)"))
    .addOption(namesOption("--methods <names>", "methods, divided by commas; all: with rivals (the paper's)"))
    .addOption(wholeListOption("--seeds <numbers>", "seeds, divided by commas (0)", { most: 2 ** 32 }))
    .addOption(wholeOption("--epochs <count>", "length of each run (the paper's)", { least: 1, most: 1e6 }))
    .addOption(choiceOption("--precision <name>", "arithmetic of the network (fp32)", precisions))
    .addOption(choiceOption("--protocol <name>", "how the epoch is chosen (paper)", protocols))
    .addOption(choiceOption("--model <name>", "another network (the paper's)", networkNames("image")))
    .addOption(choiceOption("--dataset <name>", "of a figure: other images", imageDatasets))
    .optionsGroup("Machine and files:")
    .addOption(wholeOption("--threads <count>", "processors to use (all allowed)", { least: 1, most: 1024 }))
    .addOption(partOption("--shard <i/n>", "run only the i-th of n parts"))
    .option("--data-dir <folder>", "where data sets lie, before the usual places")
    .addOption(cacheOption())
    .option("--runs-dir <folder>", "folder of all runs", "runs")
    .option("--out <folder>", "folder of pictures (figures)")
    .optionsGroup("Output:")
    .option("--dry-run", "run nothing: say what there is to do and how long it takes")
    .addOption(new Option("--json", "print one JSON object to stdout").conflicts("markdown"))
    .option("--markdown", "print Markdown to stdout")
    .option("--no-progress", "show no progress")
    .addHelpText("after", examples)
    .action(reproduceAsked);
}

const imageDatasets = datasets.filter(({ input }) => input.kind === "image").map(({ name }) => name);

const examples = `
Without an experiment it lists what there is. Finished runs in the folder are not run again: stop at any time and
ask again. Methods with the same first stage share it, with the same bits. Several processes may work in one folder; none runs what another one runs.

Examples:
  $ leeway reproduce
  $ leeway reproduce table2 --columns cifar10-lt-100 --epochs 40 --precision bf16 --dry-run
  $ leeway reproduce table2 --columns cifar10-lt-100 --methods erm,ldam-drw --seeds 0,1 --epochs 40
  $ leeway reproduce table2 --methods all --markdown > table2.md
  $ leeway reproduce table1 --methods erm,ldam-drw,tfidf-rw --seeds 0,1,2
  $ leeway reproduce table3 --dry-run
  $ leeway reproduce fig3 --epochs 40 --precision bf16 --out figures
  $ leeway reproduce fig5 --dataset fashion-mnist

Exit code 1: a run failed. 3: the data is not there; the message says where to get it.
`;

interface ReproduceFlags extends FillFlags, Omit<DrawFlags, "out"> {
  readonly out?: string;
  readonly columns?: readonly string[];
  readonly methods?: readonly string[];
  readonly seeds?: readonly number[];
  readonly epochs?: number;
  readonly precision?: Precision;
  readonly protocol?: Protocol;
  readonly model?: string;
  readonly dataset?: string;
}

async function reproduceAsked(
  name: string | undefined,
  flags: ReproduceFlags,
  command: Command,
): Promise<void> {
  const given = givenOptions(command);
  if (name === undefined) {
    const strays = Object.keys(given).filter((option) => option !== "json");
    refuseStray(given, strays, { where: "without an experiment", advice: "Name one." });
    listExperiments(flags);
    return;
  }
  namesAmong(
    "reproduce",
    [name],
    experiments.map((each) => each.name),
  );
  const experiment = experiments.find((each) => each.name === name)!; // it is among them
  switch (experiment.kind) {
    case "table":
      refuseStray(given, ["dataset", "out"], { where: `for ${name}, a table`, advice: tableAdvice });
      return fillTable(experiment, askedChoice(experiment, flags), flags);
    case "tuned": {
      const where = `for ${name}, whose data and networks are its own`;
      refuseStray(given, ["dataset", "model", "out"], { where });
      return fillTuned(experiment, flags);
    }
    case "figure": {
      const advice = "A figure is a file: --out.";
      refuseStray(given, ["markdown"], { where: `for ${name}, a figure`, advice });
      if (experiment.oneNetwork) requireOneNetwork(experiment, flags);
      const asked = onDataset(experiment, flags.dataset);
      return drawFigure(asked, askedChoice(asked, flags), { out: "figures", ...flags });
    }
  }
}

/** The options that were typed, without what holds where nothing is. */
function givenOptions(command: Command): Record<string, unknown> {
  const typed = ([name]: [string, unknown]): boolean => command.getOptionValueSource(name) === "cli";
  return Object.fromEntries(Object.entries(command.opts()).filter(typed));
}

const tableAdvice = "A table's columns name their data (--columns), and it is printed (--markdown).";

function requireOneNetwork({ name, model }: FigureExperiment, flags: ReproduceFlags): void {
  if (flags.model !== undefined && flags.model !== model) {
    throw usageError("--model", `${model}, which ${name} is drawn of`, flags.model);
  }
  if (flags.seeds !== undefined && flags.seeds.length > 1) {
    throw usageError("--seeds", `one seed: ${name} shows one network of each method`, flags.seeds);
  }
}

/** A figure with its columns on other data. */
function onDataset(experiment: FigureExperiment, dataset: string | undefined): FigureExperiment {
  if (dataset === undefined) return experiment;
  const { title, smallestClass } = datasetEntry(dataset);
  const ratio = Math.max(...experiment.columns.map((column) => column.ratio));
  if (smallestClass < ratio) {
    const wanted = `images that can be cut to ratio ${ratio}`;
    const advice = `The smallest class of ${title} has ${smallestClass} training images.`;
    throw usageError("--dataset", wanted, dataset, advice);
  }
  const columns = experiment.columns.map(({ profile, ratio }) =>
    columnOf(dataset, profile === "step" ? "step" : "longtail", ratio),
  );
  const names = columns.map((column) => column.name);
  return { ...experiment, columns: columns.filter((column, i) => names.indexOf(column.name) === i) };
}

/** What is wanted: where nothing is said, the paper's own cells in the paper's own way. */
function askedChoice(experiment: Experiment | FigureExperiment, flags: ReproduceFlags): Choice {
  const { columns, methods, seeds = [0], precision = "fp32", protocol = "paper" } = flags;
  const every = [...experiment.rows, ...experiment.rivals];
  const wanted = {
    ...(columns && {
      columns: namesAmong(
        "--columns",
        columns,
        experiment.columns.map((column) => column.name),
      ),
    }),
    ...(methods && {
      methods: withAll(namesAmong("--methods", methods, [...every, "all"]), every),
    }),
  };
  return {
    places: placesOf(experiment, wanted),
    seeds,
    settings: {
      epochs: flags.epochs ?? experiment.epochs,
      precision,
      protocol,
      model: flags.model ?? experiment.model,
    },
  };
}

/** `all` stands for every name. */
function withAll(names: readonly string[], every: readonly string[]): readonly string[] {
  return names.includes("all") ? every : names;
}
