import { type Command, Option } from "commander";
import { z } from "zod";
import { RunError } from "../../errors.ts";
import type { Field } from "../../field.ts";
import type { CheckpointTimes } from "../../runs/index.ts";
import type { OnNan } from "../../training/index.ts";
import { addFields, type FieldChange, type FlagsOf } from "./field-option.ts";

// The options that many commands have: each is declared here once.

const name = z.string().min(1);
const defaultRunsDir = "runs";

/** The machine, and the folders of the user's. */
export const machineFields = {
  threads: {
    type: z.int().min(1).max(1024),
    help: "processors to use",
    default: "all allowed",
    group: "Machine and files",
    value: "<count>",
    affects: "nothing",
    common: true,
  },
  device: {
    type: name,
    help: "where to compute: cpu, cuda, cuda:1, …",
    default: "cpu",
    group: "Machine and files",
    value: "<name>",
    affects: "nothing",
    common: true,
  },
  nondeterministic: {
    type: z.boolean(),
    help: "let a GPU be faster than reproducible",
    group: "Machine and files",
    affects: "nothing",
  },
  dataDir: {
    type: name,
    help: "folder of data sets, searched first",
    group: "Machine and files",
    value: "<folder>",
    affects: "nothing",
  },
  cacheDir: {
    type: name,
    help: "folder of cached images",
    default: "~/.cache/leeway/images",
    group: "Machine and files",
    value: "<folder>",
    affects: "nothing",
  },
  runsDir: {
    type: name,
    help: "folder of all runs",
    default: defaultRunsDir,
    group: "Machine and files",
    value: "<folder>",
    affects: "nothing",
    common: true,
  },
  name: {
    type: name,
    help: "the run's name",
    default: "time, data and method",
    group: "Machine and files",
    value: "<name>",
    affects: "nothing",
  },
  continue: {
    type: z.boolean(),
    help: "go on with the newest run of this recipe, and of --name, if there is one",
    group: "Machine and files",
    affects: "nothing",
  },
  allowChange: {
    type: z.boolean(),
    help: "also with another version, machine or number of threads",
    group: "Machine and files",
    affects: "nothing",
  },
} as const satisfies Record<string, Field>;

/** When a run is saved, and what becomes of bad numbers. */
export const safetyFields = {
  checkpointMinutes: {
    type: z.number().positive().max(10_000),
    help: "between checkpoints, besides the ends of epochs",
    default: "10",
    group: "Safety",
    value: "<minutes>",
    affects: "nothing",
  },
  checkpointSteps: {
    type: z.int().min(1),
    help: "between checkpoints",
    default: "by time alone",
    group: "Safety",
    value: "<steps>",
    affects: "nothing",
  },
  onNan: {
    type: z.enum(["stop", "skip", "rollback"] satisfies OnNan[]),
    help: "what a step without finite numbers does",
    default: "stop",
    group: "Safety",
    value: "<what>",
    affects: "nothing",
  },
} as const satisfies Record<string, Field>;

/** What is printed. */
export const outputFields = {
  json: {
    type: z.boolean(),
    help: "print one JSON object, and nothing else, to stdout",
    group: "Output",
    affects: "nothing",
    common: true,
  },
  markdown: { type: z.boolean(), help: "print Markdown", group: "Output", affects: "nothing" },
  progress: {
    type: z.boolean(),
    help: "show no progress",
    flag: "--no-progress",
    group: "Output",
    affects: "nothing",
  },
  report: {
    type: z.boolean(),
    help: "write no report.html into the run's folder",
    flag: "--no-report",
    group: "Output",
    affects: "nothing",
  },
  quiet: {
    type: z.boolean(),
    help: "print nothing but the result",
    flag: "-q, --quiet",
    group: "Output",
    affects: "nothing",
  },
} as const satisfies Record<string, Field>;

/** What commander gives of {@link machineFields}; `runsDir` is always there in a command that has it. */
export type MachineFlags = Omit<FlagsOf<typeof machineFields>, "runsDir"> & { readonly runsDir: string };
/** What commander gives of {@link outputFields}; `progress` and `report` are always there in a command that has them. */
export type OutputFlags = Omit<FlagsOf<typeof outputFields>, "progress" | "report"> & {
  readonly progress: boolean;
  readonly report: boolean;
};
/** What commander gives of {@link safetyFields}. */
export type SafetyFlags = FlagsOf<typeof safetyFields>;

/** Adds some of {@link machineFields}. */
export function addMachine(
  command: Command,
  names: readonly (keyof typeof machineFields)[],
  change: { readonly [Name in keyof typeof machineFields]?: FieldChange } = {},
): Command {
  addFields(command, machineFields, { names, change });
  if (names.includes("runsDir")) command.setOptionValueWithSource("runsDir", defaultRunsDir, "default");
  return command;
}

/** Adds some of {@link outputFields}; of two forms, JSON and Markdown, one at a time. */
export function addOutput(
  command: Command,
  names: readonly (keyof typeof outputFields)[],
  change: { readonly [Name in keyof typeof outputFields]?: FieldChange } = {},
): Command {
  addFields(command, outputFields, { names, change });
  const json = command.options.find(({ long }) => long === "--json");
  if (names.includes("markdown")) json?.conflicts("markdown");
  return command;
}

/** Adds {@link safetyFields}. */
export function addSafety(command: Command): Command {
  return addFields(command, safetyFields);
}

/** When a run is saved and what bad numbers do, as `runRecipe` takes them. */
export function safetyOf({ checkpointMinutes, checkpointSteps, onNan }: SafetyFlags): {
  readonly checkpoints: CheckpointTimes;
  readonly onNan: OnNan | undefined;
} {
  return { checkpoints: { minutes: checkpointMinutes, steps: checkpointSteps }, onNan };
}

/**
 * Adds options that a command had before: hidden from help, each an error that names the new way.
 *
 * @param removed what to do instead, by the option as it was declared: `{ "--all": "Say --top all." }`
 */
export function addRemoved(command: Command, removed: Readonly<Record<string, string>>): Command {
  for (const [flags, advice] of Object.entries(removed)) {
    const option = new Option(flags).hideHelp();
    command.addOption(option).on(`option:${option.name()}`, () => {
      const message = `${option.long ?? flags}: expected an option of this version, got one that was removed. ${advice}`;
      throw new RunError("usage", message);
    });
  }
  return command;
}
