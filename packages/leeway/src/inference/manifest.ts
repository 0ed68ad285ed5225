import { z } from "zod";
import { inputKinds } from "../catalogue/index.ts";
import { calibrationSchema } from "../records/index.ts";

/** The name of the file that says what an exported model is and which files belong to it. */
export const manifestFile = "model.json";
/** The network, as ONNX. */
export const graphFile = "model.onnx";
/** How examples become the inputs of the graph: a run's `preparation.json`, complete. */
export const preparationFile = "preparation.json";

/** The network that makes of images or texts the vectors that the graph takes, where a run was trained on these. */
export const backboneFile = "backbone.onnx";
/** What makes tokens of the texts of a backbone, and what of its configuration is read. */
export const tokenizerFiles = ["tokenizer.json", "tokenizer_config.json"] as const;

/** How a graph's weights are stored; it computes in float32 whatever they are. */
export const storedPrecisions = ["fp32", "fp16", "int8"] as const;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);
const fraction = z.number().min(0).max(1);
const file = z.strictObject({ bytes: count, sha256 }).readonly();

const accuracies = {
  /** Share of the examples that are right. */
  accuracy: fraction,
  /** The mean of the classes' shares; null where all examples are of one. */
  balancedAccuracy: fraction.nullable(),
};

/** How good a model was on the test split of its run. */
const test = z.object({
  ...accuracies,
  macroF1: fraction.nullable(),
  /** Of each class, length K; null for one without an example. */
  perClass: z.array(fraction.nullable()).readonly(),
  examples: count,
});

const trained = z.object({
  /** The name of the run, and when it began. */
  run: z.string(),
  at: z.string(),
  /** The version of Leeway that trained it. */
  leeway: z.string(),
  dataset: z.string(),
  /** A hash of the examples. */
  fingerprint: z.string(),
  network: z.string(),
  method: z.string(),
  examples: count,
  /** Absent where the run was interrupted before it read the test split. */
  test: test.readonly().exactOptional(),
});

const precisionCost = z.object({
  split: z.literal("validation"),
  examples: count,
  fp32: z.object(accuracies).readonly(),
  stored: z.object(accuracies).readonly(),
});

/** What {@link Manifest} must look like when read. Unknown fields are passed over, so that later versions can add some. */
export const manifestSchema = z.object({
  format: z.literal("leeway-model"),
  version: z.literal(1),
  kind: z.enum(inputKinds),
  /** By label, length K. */
  classNames: z.array(z.string()).min(2).readonly(),
  /** The files that belong to the manifest, by name: a graph with another's preparation predicts nonsense. */
  files: z
    .strictObject({
      ...{ [graphFile]: file, [preparationFile]: file },
      ...{ [backboneFile]: file.exactOptional() },
      ...{ "tokenizer.json": file.exactOptional(), "tokenizer_config.json": file.exactOptional() },
    })
    .readonly(),
  /** SHA-256 of the run's `model.safetensors`, which its `decision.json` names. */
  weights: sha256,
  /** Whether `decision.json` stands beside it; absent in older ones, where one is looked for. */
  decision: z.boolean().exactOptional(),
  precision: z.enum(storedPrecisions),
  /** s of the loss: probabilities are softmax(s · z / T + b). */
  scale: z.number().positive(),
  /** What makes probabilities of logits; null where the run held nothing out to fit it. */
  calibration: calibrationSchema.nullable(),
  /** n_j whose frequencies probabilities have, length K. */
  priorCounts: z.array(count).readonly(),
  /** n_j of the examples trained on, which tell rare classes from frequent ones; by default priorCounts. */
  trainCounts: z.array(count).readonly().exactOptional(),
  /** Validation examples of each class, on which the calibration rests. */
  validationCounts: z.array(count).readonly().exactOptional(),
  /** How files of examples are read where nothing else is requested: as those of training. */
  reading: z
    .object({
      /** The column of classes, where an option named it. */
      label: z.string().exactOptional(),
      /** Options of the reader: columns' names and how files are written. */
      options: z.record(z.string(), z.union([z.string(), z.boolean()])).exactOptional(),
    })
    .readonly()
    .exactOptional(),
  /** What it was trained on, and by what. */
  trained: trained.readonly().exactOptional(),
  /** What weights cost that are not stored as float32. */
  precisionCost: precisionCost.readonly().exactOptional(),
  /** The terms of use. */
  licence: z.string().exactOptional(),
});

/** `model.json` of an exported model: what a program must know to predict with it. */
export type Manifest = Readonly<z.infer<typeof manifestSchema>>;

/** The reader's options that new files need, too: none that names a place. */
const readingNames = [
  ...["text", "vector", "pathColumn", "pathSuffix"],
  ...["encoding", "header", "delimiter", "quote", "decimal", "comment", "sheet"],
] as const;

/** How a run read its files, as far as files of new examples are read alike: see `reading` of {@link Manifest}. */
export function readingOf({
  label,
  options = {},
}: {
  readonly label?: string | undefined;
  readonly options?: Readonly<Record<string, unknown>> | undefined;
}): NonNullable<Manifest["reading"]> {
  const kept = readingNames.flatMap((name): [string, string | boolean][] => {
    const value = options[name];
    return typeof value === "string" || typeof value === "boolean" ? [[name, value]] : [];
  });
  return { ...(label !== undefined && { label }), options: Object.fromEntries(kept) };
}
