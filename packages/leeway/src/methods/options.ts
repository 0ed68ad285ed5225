import { z } from "zod";
import type { Field } from "../field.ts";
import { lossNames } from "./losses.ts";
import { balances, posthocNames } from "./row.ts";

const number = { group: "Method", value: "<number>", affects: "first-stage" } as const;
const share = { ...number, value: "<share>" } as const;
const part = { group: "A method of your own", value: "<name>", affects: "first-stage" } as const;
const regulariser = { group: "Regularizers", affects: "first-stage" } as const;

/**
 * Every option of every method: its kind, range, help and default. A method has those that its parts read. The type
 * {@link MethodOptions}, the schema of files and records, and the options of the command line are derived from it.
 */
export const methodFields = {
  loss: {
    ...part,
    type: z.enum(lossNames),
    help: "what is minimized",
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
  maxMargin: {
    ...number,
    type: z.number().gt(0).max(10),
    help: "margin of the rarest class, in cosine logits",
    default: "0.5",
  },
  scale: {
    ...number,
    type: z.number().gt(0).max(1e4),
    help: "s, what cosine logits are multiplied by",
    default: "30",
  },
  gamma: {
    ...number,
    type: z.number().min(0).max(100),
    help: "γ of the focal loss and of vector scaling",
    default: "1; vector scaling: 0.15",
  },
  smoothHead: {
    ...share,
    type: z.number().min(0).lt(1),
    help: "ε of label-aware smoothing, for the most frequent class",
    default: "0.3",
  },
  smoothTail: {
    ...share,
    type: z.number().min(0).lt(1),
    help: "ε of label-aware smoothing, for the rarest class",
    default: "0",
  },
  beta: {
    ...number,
    type: z.number().min(0).lt(1),
    help: "β of the effective number of examples",
    default: "0.9999",
  },
  deferAt: {
    ...share,
    affects: "second-stage",
    type: z.number().min(0).max(1),
    help: "when the second stage begins: the share of the epochs before it, 1 for never",
    default: "0.8; a last layer trained alone: 0.95",
  },
  tau: {
    ...number,
    type: z.number().min(0).max(100),
    help: "τ of logit adjustment, of vector scaling and of weight normalization",
    default: "1; vector scaling: 1.25",
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
    help: "class counts or shares of a test set known to be imbalanced, for LDAM's margins",
    default: "equal",
  },
  mixup: {
    ...regulariser,
    value: "<alpha>",
    type: z.number().min(0).max(8),
    help: "α of mixup's Beta(α, α), by which pairs of examples are mixed; 0 for none",
    default: "0",
  },
  rho: {
    ...regulariser,
    value: "<radius>",
    type: z.number().min(0).max(100),
    help: "ρ of sharpness-aware steps (SAM), twice the cost; 0 for none",
    default: "0",
  },
  cutout: {
    ...regulariser,
    value: "<side>",
    type: z.int().min(0).max(1e4),
    help: "side of the square that is cut out of each image, in pixels; 0 for none",
    default: "0",
  },
} as const satisfies Record<string, Field>;

type Fields = typeof methodFields;

/** A method's options, each by its name; a method takes those it has. */
export type MethodOptions = { readonly [K in keyof Fields]?: Readonly<z.infer<Fields[K]["type"]>> };

export type OptionName = keyof Fields;

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
