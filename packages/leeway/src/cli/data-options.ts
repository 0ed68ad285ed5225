import type { Command } from "commander";
import { z } from "zod";
import { customDataSchema, inputKinds, type ReaderField, readerFields } from "../catalogue/index.ts";
import { type DataHints, findData, type FoundData } from "../data/index.ts";
import type { Field } from "../field.ts";
import { flagOf } from "./fault-words.ts";
import { addFields, type FlagsOf } from "./options/field-option.ts";
import { usageError } from "./options.ts";

const column = z.string().min(1);
const custom = { group: "Data", affects: "data" } as const;

/** What custom data is, whatever its kind. */
const customFields = {
  label: {
    ...custom,
    common: true,
    type: column,
    help: "the column of classes",
    default: "label, target, class or y",
    value: "<column>",
  },
  test: {
    ...custom,
    common: true,
    type: customDataSchema.shape.paths,
    help: "files of the test split",
    default: "a part is held out",
    value: "<files>",
  },
  validation: {
    ...custom,
    type: customDataSchema.shape.paths,
    help: "files of the validation split, which chooses the epoch",
    default: "a part is held out",
    value: "<files>",
  },
  kind: {
    ...custom,
    type: z.enum(inputKinds),
    help: "what the examples are",
    default: "detected",
    value: "<name>",
  },
} as const satisfies Readonly<Record<string, Field>>;

/** What commander gives for {@link addDataOptions}. */
export type DataFlags = FlagsOf<typeof customFields> & FlagsOf<typeof readerFields>;

/**
 * Adds the argument DATA and the options that say how custom data is read.
 *
 * @param without options of readers that the command has not
 */
export function addDataOptions(
  command: Command,
  { without = [] }: { readonly without?: readonly (keyof typeof readerFields)[] } = {},
): Command {
  command.argument("[data...]", "a folder, files or patterns of yours; or a name of leeway datasets");
  const names = Object.keys(readerFields) as (keyof typeof readerFields)[];
  return addFields(addFields(command, customFields), readerFields, {
    names: names.filter((name) => !without.includes(name)),
  });
}

/**
 * The data that the argument DATA and its options name; undefined without an argument.
 *
 * @throws RunError with code "usage" for options that the kind of data has not
 * @throws ArgumentError for a name of no data
 * @throws RunError with code "data" if nothing is there
 */
export async function requestedSource(
  paths: readonly string[],
  flags: DataFlags,
): Promise<FoundData | undefined> {
  if (paths.length === 0) {
    refuseWithoutData(flags);
    return undefined;
  }
  const { kind, label, test, validation } = flags;
  const given = Object.entries<ReaderField>(readerFields).filter(([name]) => isGiven(flags, name));
  const options = given.map(([name, field]) => [field.name ?? name, flags[name as keyof DataFlags]]);
  const found = await findData(paths, {
    ...{ kind, label, testPaths: test, validationPaths: validation },
    options: Object.fromEntries(options) as DataHints["options"],
  });
  if (found.source === undefined) refuseBesideCatalogue(found.dataset, flags);
  return found;
}

/** Whether an option was on the command line; commander gives `flip` where it was not, as true. */
function isGiven(flags: DataFlags, name: string): boolean {
  const value = flags[name as keyof DataFlags];
  return value !== undefined && value !== true;
}

const names = [...Object.keys(readerFields), ...Object.keys(customFields)];

/** What describes data that no argument names would have no effect. */
function refuseWithoutData(flags: DataFlags): void {
  const stray = names.find((name) => isGiven(flags, name));
  if (stray === undefined) return;
  const advice = "Name the data, or describe it in the configuration file under source.";
  throw usageError(optionName(stray), "the argument DATA, which it describes", "none", advice);
}

/** How data of the catalogue is read is known. */
function refuseBesideCatalogue(dataset: string, flags: DataFlags): void {
  const stray = names.find((name) => isGiven(flags, name));
  if (stray === undefined) return;
  const flag = optionName(stray);
  throw usageError(flag, "custom data", `${dataset}, a data set of the catalogue`, "Leave it out.");
}

function optionName(name: string): string {
  const fields: Readonly<Record<string, Field>> = { ...customFields, ...readerFields };
  return fields[name]?.flag ?? flagOf(name);
}
