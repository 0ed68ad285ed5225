import { z } from "zod";
import { type InputKind, readerFields, type ReaderField } from "../../catalogue/index.ts";
import type { Field } from "../../field.ts";
import { maxClassColumns, rankings } from "../../probes/index.ts";
import { usageError } from "../options.ts";
import { flagOf } from "../fault-words.ts";

/** The options of `leeway predict` of its own. */
export const predictFields = {
  label: {
    type: z.string().min(1),
    help: "the column of true classes",
    default: "as in training",
    group: "Data",
    value: "<column>",
    affects: "nothing",
  },
  backbone: {
    type: z.string().min(1),
    help: "where the network is now that makes vectors of images or texts",
    default: "as in training",
    group: "Data",
    value: "<place>",
    affects: "nothing",
  },
  keep: {
    type: z.array(z.string().min(1)),
    help: "columns of the input's table that are passed on, or all",
    group: "Output",
    value: "<columns>",
    affects: "nothing",
    common: true,
  },
  decision: {
    type: z.enum(["none"]),
    help: "leave out what leeway decide chose",
    group: "Output",
    value: "<which>",
    affects: "nothing",
  },
  probabilities: {
    type: z.enum(["all", "none"]),
    help: "whether every class has a column p_<class>",
    default: `all of up to ${maxClassColumns} classes`,
    group: "Output",
    value: "<which>",
    affects: "nothing",
  },
  output: {
    type: z.string().min(1),
    help: "write there: .csv, .jsonl or .parquet",
    default: "stdout",
    group: "Output",
    flag: "-o, --output",
    value: "<file>",
    affects: "nothing",
    common: true,
  },
  format: {
    type: z.enum(["csv", "jsonl"]),
    help: "of stdout",
    default: "csv",
    group: "Output",
    value: "<name>",
    affects: "nothing",
  },
  rankBy: {
    type: z.enum(rankings),
    help: "write the worst first: by the loss of the classes that the input names, or by how unsure it is",
    default: "the order of the input",
    group: "Output",
    value: "<what>",
    affects: "nothing",
  },
  metrics: {
    type: z.string().min(1),
    help: "write accuracy there, where the input names classes",
    group: "Output",
    value: "<file>",
    affects: "nothing",
  },
} as const satisfies Record<string, Field>;

/** The options of readers that new data may need otherwise than that of training. */
export const rereadNames = [
  "text",
  "labels",
  "vector",
  "badImages",
  "pathColumn",
  "pathSuffix",
  "imageRoot",
] as const;

/**
 * The options of the run's reader, with those that the command line changes.
 *
 * @param flags what commander gives
 * @throws RunError with code "usage" for an option of another kind of data
 */
export function rereadOptions(
  flags: object,
  {
    kind,
    options = {},
  }: { readonly kind: InputKind; readonly options?: Readonly<Record<string, unknown>> | undefined },
): Readonly<Record<string, unknown>> {
  const changed = rereadNames.flatMap((name): [string, unknown][] => {
    const value = (flags as Readonly<Record<string, unknown>>)[name];
    const field: ReaderField = readerFields[name];
    if (value === undefined) return [];
    if (field.kinds.includes(kind)) return [[field.name ?? name, value]];
    throw usageError(flagOf(name), `a run of ${field.kinds.join(" or ")} data`, kind, "Leave it out.");
  });
  return { ...options, ...Object.fromEntries(changed) };
}
