import { Command } from "commander";
import { z } from "zod";
import { datasetFacts, datasetNames, networkNames } from "../../catalogue/index.ts";
import {
  type Choice,
  columnOf,
  type Experiment,
  experiments,
  type FigureExperiment,
  placesOf,
} from "../../experiments/index.ts";
import type { Field } from "../../field.ts";
import { precisions, protocols } from "../../recipe/index.ts";
import { asUsage, namesAmong, refuseStray, usageError } from "../options.ts";
import { addFields, type FlagsOf } from "../options/field-option.ts";
import { addMachine, addOutput, addRemoved } from "../options/shared.ts";
import { drawFigure } from "../reproduce/draw.ts";
import { fillTable } from "../reproduce/fill.ts";
import { fillTuned } from "../reproduce/tuned.ts";
import { listExperiments } from "../reproduce/listing.ts";
import type { RunFlags } from "../reproduce/run-cells.ts";

const imageDatasets = datasetNames.filter((name) => datasetFacts(name).kind === "image");
const name = z.string().min(1);
const names = z.array(name);
const what = { group: "What", affects: "nothing" } as const;

/** What of an experiment is wanted, and how it is run. */
const reproduceFields = {
  columns: { ...what, type: names, help: "columns", default: "all; of a figure its own", value: "<names>" },
  methods: {
    ...what,
    type: names,
    help: "methods; all: with rivals",
    default: "the paper's",
    value: "<names>",
  },
  seeds: {
    ...what,
    type: z
      .array(
        z
          .int()
          .min(0)
          .max(2 ** 32),
      )
      .refine(ascending, "ascending numbers"),
    help: "seeds",
    default: "0",
    value: "<numbers>",
  },
  epochs: {
    ...what,
    type: z.int().min(1),
    help: "length of a run",
    default: "the paper's",
    value: "<count>",
  },
  precision: { ...what, type: z.enum(precisions), help: "arithmetic", default: "fp32", value: "<name>" },
  protocol: {
    ...what,
    type: z.enum(protocols),
    help: "chooses the epoch",
    default: "paper",
    value: "<name>",
  },
  model: { ...what, type: name, help: "another network", default: "the paper's", value: "<name>" },
  dataset: { ...what, type: name, help: "of a figure: other images", value: "<name>" },
  dryRun: { ...what, type: z.boolean(), help: "run nothing: say what there is to do" },
  out: {
    type: z.string().min(1),
    help: "folder of pictures",
    default: "figures",
    group: "Machine and files",
    value: "<folder>",
    affects: "nothing",
  },
} as const satisfies Record<string, Field>;

function ascending(values: readonly number[]): boolean {
  return values.every((value, i) => i === 0 || value > values[i - 1]!);
}

/** `leeway reproduce`: the paper's tables filled with our numbers, and its figures drawn from our runs. */
export function reproduceCommand(): Command {
  const command = new Command("reproduce").argument(
    "[experiment]",
    experiments.map(({ name }) => name).join(", "),
  );
  addFields(command, reproduceFields);
  addMachine(command, ["threads", "device", "nondeterministic", "dataDir", "cacheDir", "runsDir"]);
  addOutput(command, ["json", "markdown", "progress"]);
  addRemoved(command, { "--shard <i/n>": shardAdvice });
  return command
    .addHelpText("after", examples)
    .action(async (name: string | undefined, flags: ReproduceFlags, command: Command) =>
      asUsage(() => reproduce(name, flags, command)),
    );
}

const shardAdvice =
  "Start the same command in several processes: each claims what it runs. Machines that share no folder take other --seeds or --columns.";

const examples = `
Without an experiment it lists what there is. Finished runs are not repeated; several processes may share a folder.

Examples:
  $ leeway reproduce table2 --columns cifar10-lt-100 --epochs 40 --precision bf16 --dry-run
  $ leeway reproduce table2 --columns cifar10-lt-100 --methods erm,ldam-drw --seeds 0,1 --epochs 40
  $ leeway reproduce fig5 --dataset fashion-mnist
`;

/** What commander parses; an option that was not typed has no field. */
type ReproduceFlags = FlagsOf<typeof reproduceFields> & RunFlags;

async function reproduce(name: string | undefined, flags: ReproduceFlags, command: Command): Promise<void> {
  const typed = typedOptions(command);
  if (name === undefined) {
    const strays = Object.keys(typed).filter((option) => option !== "json");
    refuseStray(typed, strays, { where: "without an experiment", advice: "Name one." });
    listExperiments(flags);
    return;
  }
  namesAmong(
    "reproduce",
    [name],
    experiments.map((each) => each.name),
  );
  const experiment = experiments.find((each) => each.name === name)!; // it is among them
  if (flags.model !== undefined) namesAmong("--model", [flags.model], networkNames("image"));
  switch (experiment.kind) {
    case "table":
      refuseStray(typed, ["dataset", "out"], { where: `for ${name}, a table`, advice: tableAdvice });
      return fillTable(experiment, choiceOf(experiment, flags), flags);
    case "tuned": {
      const where = `for ${name}, whose data and networks are its own`;
      refuseStray(typed, ["dataset", "model", "out"], { where });
      return fillTuned(experiment, flags);
    }
    case "figure": {
      const advice = "A figure is a file: --out.";
      refuseStray(typed, ["markdown"], { where: `for ${name}, a figure`, advice });
      if (experiment.oneNetwork) requireOneNetwork(experiment, flags);
      const figure = onDataset(experiment, flags.dataset);
      return drawFigure(figure, choiceOf(figure, flags), { out: "figures", ...flags });
    }
  }
}

/** The options that were typed, without defaults. */
function typedOptions(command: Command): Record<string, unknown> {
  const isTyped = ([name]: [string, unknown]): boolean => command.getOptionValueSource(name) === "cli";
  return Object.fromEntries(Object.entries(command.opts()).filter(isTyped));
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
  namesAmong("--dataset", [dataset], imageDatasets);
  const { title, smallestClass } = datasetFacts(dataset);
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

/** What is wanted: by default the paper's cells in the paper's way. */
function choiceOf(experiment: Experiment | FigureExperiment, flags: ReproduceFlags): Choice {
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
