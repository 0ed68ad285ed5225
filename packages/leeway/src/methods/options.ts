import { z } from "zod";
import type { Field } from "../field.ts";
import { defaultBeta } from "../imbalance/index.ts";
import { lossNames, losses } from "./losses.ts";
import { methods } from "./methods.ts";
import { balances, type MethodRow, posthocMeanings, posthocNames } from "./row.ts";

const number = { group: "Method", value: "<number>", affects: "first-stage" } as const;
const share = { ...number, value: "<share>" } as const;
const part = { group: "A method of your own", value: "<name>", affects: "first-stage" } as const;
const regulariser = { group: "Regularisers", affects: "first-stage" } as const;

/** What is said in several places, once: "1; vector-scaling: 0.15". */
function distinct(said: readonly (readonly [by: string, text: string])[]): string {
  const texts = [...new Set(said.map(([, text]) => text))];
  const names = (text: string): string =>
    said.flatMap(([by, each]) => (each === text ? [by] : [])).join(", ");
  return texts.map((text, i) => (i === 0 ? text : `${names(text)}: ${text}`)).join("; ");
}

/** Help and default of an option as the losses that read it give them. */
function ofLosses(option: string): { readonly help: string; readonly default: string } {
  const readers = lossNames.filter((loss) => option in losses[loss].options);
  const said = (key: "meanings" | "options"): string =>
    distinct(readers.map((loss) => [loss, String((losses[loss][key] as Record<string, unknown>)[option])]));
  return { help: said("meanings"), default: said("options") };
}

/** The default of an option as the rows of the methods give it. */
const ofRows = (value: (row: MethodRow) => number | undefined): string =>
  distinct(
    Object.entries(methods).flatMap(([name, row]) => {
      const given = value(row);
      return given === undefined ? [] : [[name, String(given)] as const];
    }),
  );

/**
 * Every option of every method: its kind, range, help and default. A method has those that its parts read. The type
 * {@link MethodOptions}, the schema of files and records, and the options of the command line are derived from it.
 */
export const methodFields = {
  loss: {
    ...part,
    type: z.enum(lossNames),
    help: "what is minimised",
    default: "cross-entropy",
  },
  classifier: {
    ...part,
    type: z.enum(["linear", "cosine"]),
    help: "the last layer",
    default: "the one its loss is made for",
  },
  margins: {
    ...part,
    type: z.enum(["ldam", "uniform"]),
    help: "of a loss with margins: wider for rarer classes, or one for all",
    default: "ldam",
  },
  weights: {
    ...part,
    type: z.enum(balances),
    help: "what classes weigh in the loss",
    default: "none",
  },
  sampler: {
    ...part,
    type: z.enum(balances),
    help: "how often an example is drawn, by its class",
    default: "none",
  },
  posthoc: {
    ...part,
    affects: "nothing",
    type: z.enum(posthocNames),
    help: "what is done to trained logits",
    default: "none",
  },
  maxMargin: { ...number, ...ofLosses("maxMargin"), type: z.number().gt(0).max(10) },
  scale: { ...number, ...ofLosses("scale"), type: z.number().gt(0).max(1e4) },
  gamma: { ...number, ...ofLosses("gamma"), type: z.number().min(0).max(100) },
  smoothHead: { ...share, ...ofLosses("smoothHead"), type: z.number().min(0).lt(1) },
  smoothTail: { ...share, ...ofLosses("smoothTail"), type: z.number().min(0).lt(1) },
  beta: {
    ...number,
    type: z.number().min(0).lt(1),
    help: "β of the effective number: 0 balances nothing, towards 1 it is 1/n_j",
    default: String(defaultBeta),
  },
  deferAt: {
    ...share,
    affects: "second-stage",
    type: z.number().min(0).max(1),
    help: "share of the epochs before the second stage, 1 for never",
    default: ofRows(({ then }) => then?.at),
  },
  tau: {
    ...number,
    type: z.number().min(0).max(100),
    help: `${ofLosses("tau").help}; tau-norm: ${posthocMeanings["tau-norm"]}`,
    default: ofLosses("tau").default,
  },
  posthocTau: {
    ...number,
    affects: "nothing",
    flag: null,
    type: z.number().min(0).max(100),
    help: "τ of posthoc, where the loss has a τ of its own",
    default: "1",
  },
  testPrior: {
    ...number,
    value: "<numbers>",
    type: z.array(z.number().min(0).max(Number.MAX_SAFE_INTEGER)).min(2),
    help: "n'_j of a test set known to be imbalanced, counts or shares",
    default: "equal",
  },
  mixup: {
    ...regulariser,
    value: "<alpha>",
    type: z.number().min(0).max(8),
    help: "α of the Beta(α, α) that mixup draws its shares from; 0 for none",
    default: ofRows(({ mixup = 0 }) => mixup),
  },
  cutmix: {
    ...regulariser,
    value: "<alpha>",
    type: z.number().min(0).max(8),
    help: "images: α of the Beta(α, α) that CutMix draws the sizes of its pieces from; 0 for none",
    default: "0",
  },
  cmo: {
    ...regulariser,
    value: "<alpha>",
    type: z.number().min(0).max(8),
    help: "images: the same for CMO, which puts pieces of rare classes into images of frequent ones",
    default: "0",
  },
  labelSmoothing: {
    ...regulariser,
    value: "<share>",
    type: z.number().min(0).lt(1),
    help: "ε, the share of a target that all classes divide; class weights stay outside; 0 for none",
    default: "0",
  },
  rho: {
    ...regulariser,
    value: "<radius>",
    type: z.number().min(0).max(100),
    help: "ρ, the radius of sharpness-aware steps (SAM), at twice the cost; 0 for none",
    default: ofRows(({ rho = 0 }) => rho),
  },
  cutout: {
    ...regulariser,
    value: "<side>",
    type: z.int().min(0).max(1e4),
    help: "side of the square cut out of each image, in pixels; 0 for none",
    default: "0",
  },
} as const satisfies Record<string, Field>;

type Fields = typeof methodFields;

/** A method's options, each by its name; a method takes those it has. */
export type MethodOptions = { readonly [K in keyof Fields]?: Readonly<z.infer<Fields[K]["type"]>> };

export type OptionName = keyof Fields;

/** The parts that only a method of one's own has as options. */
export const partNames = ["loss", "classifier", "margins", "weights", "sampler", "posthoc"] as const;

/** An option's value as it is recorded: JSON. */
export type OptionValue = number | string | readonly number[];

/** What files and records may hold of a method's options. */
export const methodOptionsSchema = z.strictObject(
  Object.fromEntries(
    Object.entries(methodFields).map(([name, field]) => [
      name,
      field.type.describe(`${field.help} (${field.default})`).exactOptional(),
    ]),
  ) as { [K in keyof Fields]: z.ZodExactOptional<Fields[K]["type"]> },
);

/** Options in the order of {@link methodFields}, as they are recorded. */
export function optionsInOrder(options: MethodOptions): Readonly<Record<string, OptionValue>> {
  const names = Object.keys(methodFields) as OptionName[];
  return Object.fromEntries(
    names.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]] as const])),
  );
}
