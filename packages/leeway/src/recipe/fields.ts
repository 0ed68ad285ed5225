import { z } from "zod";
import {
  augmentPolicies,
  backboneFields,
  type BackboneRequest,
  backboneRequestSchema,
  type CustomData,
  customDataSchema,
  datasetNames,
  type Keep,
  networkNames,
  readerFields,
  type TestProfile,
  textFields,
  type TextOptions,
} from "../catalogue/index.ts";
import type { Field } from "../field.ts";
import { type Profile, profiles } from "../imbalance/index.ts";
import {
  composedName,
  methodFields,
  methodNames,
  methodOptionsSchema,
  type OptionValue,
} from "../methods/index.ts";
import { defaultSelection, selectionNames } from "../metrics/index.ts";
import { type Init, initSchema } from "./init.ts";
import type { LearningRateSchedule } from "./learning-rate.ts";
import { requestedParts, scheduleParts } from "./schedule-fields.ts";

/** A field of a recipe. */
export interface RecipeField extends Field {
  /** Its form in a file and in a program's options where these may hold a part of it. */
  readonly requested?: z.ZodType;
  /** Its form in a record where that is wider: names and options may be of another version. */
  readonly recorded?: z.ZodType;
  /** Whether a recipe may be without it. */
  readonly optional?: true;
  /** The fields within it that have options of their own. */
  readonly fields?: Readonly<Record<string, Field>>;
}

const name = z.string().min(1);
const names = <const T extends string>(list: readonly T[]): z.ZodEnum<Record<T, T>> => z.enum(list);
/** A type whose values are called by a name of ours. */
const typed = <T>(type: z.ZodType): z.ZodType<T> => type as z.ZodType<T>;
const share = z.number().min(0).lt(1);
/** A whole object of some fields, each of which may be absent. */
const partOf = (fields: Readonly<Record<string, Field>>): z.ZodType =>
  z.strictObject(
    Object.fromEntries(
      Object.entries(fields).map(([key, { type, help }]) => [key, type.describe(help).exactOptional()]),
    ),
  );

const method = { group: "Method", affects: "first-stage" } as const;
const weights = { group: "Weights", affects: "first-stage" } as const;
const training = { group: "Training", affects: "first-stage" } as const;
const data = { group: "Data", affects: "data" } as const;
const evaluation = { group: "Evaluation" } as const;

/** The share of the epochs before the second stage, or the epoch at which it begins: a whole number above 1. */
const deferral = z
  .union([z.number().min(0).max(1), z.int().min(2), z.strictObject({ epoch: z.int().min(0) })])
  .describe("When the second stage begins: a share of the epochs, or an epoch, a whole number above 1");

/**
 * Every field of a recipe, in the order of its record. The type {@link Recipe}, the schemas of records and files, the
 * options of the command line, names in errors and the table in docs/config.md come from it.
 */
export const recipeFields = {
  dataset: {
    ...data,
    type: name,
    help: `a name of the catalogue (${datasetNames.join(", ")}); with source any name`,
    flag: null,
  },
  source: {
    ...data,
    type: typed<CustomData>(customDataSchema),
    help: "custom data in place of the catalogue's: kind, paths, testPaths, validationPaths, label, options",
    flag: null,
    optional: true,
    fields: readerFields,
    // Empty paths are refused when the data is read.
    recorded: customDataSchema.extend({ paths: z.array(name) }),
  },
  backbone: {
    ...data,
    type: typed<BackboneRequest>(backboneRequestSchema),
    help: "what makes of images or texts the vectors that are learned from: path, output, pooling, preprocessor, tokenizer, prefix",
    flag: null,
    optional: true,
    fields: backboneFields,
  },
  testFraction: {
    ...data,
    type: z.number().gt(0).lt(1),
    help: "the share of custom data held out as the test split",
    default: "0.2",
    value: "<share>",
    optional: true,
    recorded: share,
  },
  fold: {
    ...data,
    type: z.strictObject({
      index: z.int().min(0).describe("Which part is the test, from 0"),
      of: z.int().min(2).max(1000).describe("How many parts there are"),
    }),
    help: "in place of testFraction: the part that is the test, of so many that seed draws: index, of",
    flag: null,
    optional: true,
  },
  profile: {
    ...data,
    type: names<Profile | "natural">([...profiles, "natural"]),
    help: "how class sizes are cut",
    default: "natural; catalogue images: longtail",
    value: "<name>",
    common: true,
  },
  keep: {
    ...data,
    type: typed<Keep>(z.record(z.string(), z.number().positive().max(1))),
    help: "thin a class out first: its name and the share that is kept; repeat for more. What is left is the data",
    value: "<class=share>",
    optional: true,
  },
  keepNegatives: {
    ...data,
    type: z.number().gt(0).lt(1),
    help: "thin the most frequent class to this share in the training split alone; probabilities keep its frequency",
    value: "<share>",
    optional: true,
  },
  ratio: {
    ...data,
    type: z.number().min(1),
    help: "ρ, largest class to smallest",
    default: "100",
    value: "<number>",
    common: true,
  },
  testProfile: {
    ...data,
    type: typed<TestProfile>(
      z.strictObject({
        profile: names(["longtail", "step"]),
        ratio: z.number().min(1),
        seed: z.int().min(0).describe("Draws the order of the classes and the examples that stay"),
      }),
    ),
    help: "an imbalanced test set, its classes in an order that seed draws: profile, ratio, seed",
    default: "whole",
    flag: null,
    optional: true,
  },
  maxPerClass: {
    ...data,
    type: z.int().min(1).nullable(),
    help: "examples of the largest class; null for all",
    default: "all",
    value: "<count>",
  },
  normalize: {
    ...data,
    type: names(["standardize", "l2", "none"]),
    help: "of embeddings: standardize each dimension, make vectors of length 1 (l2), or leave them",
    default: "standardize",
    value: "<way>",
    optional: true,
  },
  text: {
    ...data,
    type: typed<Partial<TextOptions>>(partOf(textFields)),
    help: "how texts become numbers: vocabularySize, minCount, maxLength, wordNgrams, charNgrams",
    flag: null,
    optional: true,
    fields: textFields,
    recorded: z.strictObject({
      vocabularySize: z.int().min(1).exactOptional(),
      minCount: z.int().min(1).exactOptional(),
      maxLength: z.int().min(1).exactOptional(),
      wordNgrams: z.int().min(0).exactOptional(),
      charNgrams: z.int().min(0).exactOptional(),
    }),
  },
  method: {
    ...method,
    type: names([...methodNames, composedName]),
    help: "how to train",
    default: "images, bilstm: ldam-drw; others: logit-adjustment",
    value: "<name>",
    common: true,
    recorded: name,
  },
  methodOptions: {
    ...method,
    type: typed<Readonly<Record<string, OptionValue>>>(z.record(z.string(), z.unknown())),
    help: "the method's options, those of regularisers, or the parts of a composed method",
    flag: null,
    fields: methodFields,
    requested: methodOptionsSchema.extend({ deferAt: deferral.exactOptional() }),
    recorded: z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.array(z.number())])),
  },
  classWeight: {
    ...weights,
    type: typed<Readonly<Record<string, number>>>(z.record(z.string(), z.number().positive().max(1e6))),
    help: "what examples of a class weigh in the loss, times the method's weights: fraud=20,ok=1; repeat for more",
    default: "1",
    value: "<class=weight>",
    optional: true,
  },
  weightPower: {
    ...weights,
    type: z.number().min(0).max(1),
    help: "p: classes weigh n_j^-p in place of the method's weights, 0 for all alike, 1 for inverse frequency",
    value: "<number>",
    optional: true,
  },
  minPerBatch: {
    ...weights,
    type: typed<Readonly<Record<string, number>>>(z.record(z.string(), z.int().min(1).max(1e6))),
    help: "how many examples of a class every batch has at least: fraud=2; repeat for more",
    default: "as drawn",
    value: "<class=count>",
    optional: true,
  },
  biasInit: {
    ...weights,
    type: names(["random", "prior"]),
    help: "where the last layer's bias begins: as PyTorch's, or at the log class frequencies that the loss teaches it",
    default: "random",
    value: "<name>",
    optional: true,
  },
  headInit: {
    ...weights,
    type: names(["random", "class-means", "class-names"]),
    help: "where the vectors of a last layer of cosines begin: at random, at the classes' mean features, or at a backbone's vectors of their names",
    default: "random",
    value: "<name>",
    optional: true,
  },
  headPrompt: {
    ...weights,
    type: z.string().includes("{}"),
    help: "with class-names: the text about a class, with {} for its name",
    default: "a photo of a {}; texts: {}",
    value: "<text>",
    optional: true,
  },
  model: {
    ...training,
    type: names(networkNames()),
    help: "the network",
    default: "resnet32, ngrams, tabm, linear by kind; imdb: bilstm",
    value: "<name>",
    common: true,
    recorded: name,
  },
  init: {
    ...training,
    type: typed<Init>(initSchema),
    requested: z.union([name, initSchema]),
    help: "weights to begin from: a .safetensors file with torchvision's or timm's names, or a run",
    default: "random",
    value: "<file|run>",
    optional: true,
  },
  backboneLr: {
    ...training,
    type: z.number().gt(0).max(1),
    help: "with init: the rate of all layers but the last, as a share of the learning rate",
    default: "1",
    value: "<share>",
    optional: true,
  },
  layerDecay: {
    ...training,
    type: z.number().gt(0).max(1),
    help: "with init, of residual networks: what each block before the last layer multiplies the rate by",
    default: "1",
    value: "<share>",
    optional: true,
  },
  freezeEpochs: {
    ...training,
    type: z.int().min(0).max(1e6),
    help: "with init: epochs in which the last layer learns alone, before all do",
    default: "0",
    value: "<count>",
    optional: true,
  },
  batchNorm: {
    ...training,
    type: names(["frozen", "learning"]),
    help: "with init: whether batch normalisation keeps the statistics it was loaded with",
    default: "frozen",
    value: "<name>",
    optional: true,
  },
  epochs: {
    ...training,
    type: z.int().min(1).max(1e6),
    help: "length of the run",
    default: "images: 200; custom data: by its size",
    value: "<count>",
    common: true,
    recorded: z.int().min(1),
  },
  batchSize: {
    ...training,
    type: z.int().min(1).max(1e6),
    help: "examples a step",
    default: "images: 128; custom data: by its size",
    value: "<count>",
    common: true,
    recorded: z.int().min(1),
  },
  schedule: {
    ...training,
    type: typed<LearningRateSchedule>(z.strictObject(scheduleParts)),
    help: "the learning rate over the epochs: base, warmupEpochs, decays or cosineUntil",
    default: "scaled to the run",
    flag: null,
    requested: z.strictObject(requestedParts),
    recorded: z.strictObject({ ...scheduleParts, base: z.number().positive() }),
  },
  optimizer: {
    ...training,
    type: names(["sgd", "adam", "adamw"]),
    help: "what takes the steps",
    default: "images: sgd; tabm: adamw; others: adam",
    value: "<name>",
    optional: true,
  },
  momentum: {
    ...training,
    type: share,
    help: "of SGD; the others have none",
    default: "0.9",
    value: "<number>",
    recorded: z.number().min(0),
  },
  nesterov: {
    ...training,
    type: z.boolean(),
    help: "SGD looks ahead along its momentum, as Nesterov's",
    optional: true,
  },
  weightDecay: {
    ...training,
    type: z.number().min(0),
    help: "of the weights",
    default: "images: 2e-4; tabm: 0.03; ngrams: 3e-5; tfidf: 3e-4; others: 0",
    value: "<number>",
  },
  augment: {
    ...training,
    type: names(["none", ...augmentPolicies]),
    help: "images: how they are changed beside crop and mirror, after which --cutout's square is black",
    default: "none",
    value: "<name>",
    optional: true,
  },
  averageDecay: {
    ...training,
    type: share,
    help: "d: what is measured and kept is the average of the weights, each step d of it and 1 - d of theirs; 0 for no average",
    default: "0",
    value: "<number>",
    optional: true,
  },
  precision: {
    ...training,
    type: names(["fp32", "bf16"]),
    help: "arithmetic of the network",
    default: "fp32",
    value: "<name>",
    common: true,
  },
  syncBatchNorm: {
    ...training,
    type: names(["on", "off"]),
    help: "whether several ranks share the statistics of batch normalisation",
    default: "on where each has fewer than 32 examples of a batch",
    value: "<on|off>",
    optional: true,
  },
  seed: {
    ...training,
    affects: "data",
    type: z.int().min(0),
    help: "decides everything random",
    default: "0",
    value: "<number>",
    common: true,
  },
  protocol: {
    ...evaluation,
    affects: "nothing",
    type: names(["honest", "paper"]),
    help: "what chooses the epoch: a validation split, or as in the paper the test set",
    default: "honest",
    value: "<name>",
  },
  validationFraction: {
    ...evaluation,
    affects: "data",
    type: share,
    help: "the share of the training data that chooses the epoch",
    default: "0.1; paper: 0",
    value: "<share>",
  },
  selectBy: {
    ...evaluation,
    affects: "first-stage",
    type: name,
    help: `the metric that chooses the epoch and says which method is better: ${selectionNames.join(", ")}`,
    default: defaultSelection,
    value: "<metric>",
    optional: true,
  },
  patience: {
    ...evaluation,
    affects: "first-stage",
    type: z.int().min(1).max(1e6),
    help: "epochs of the last stage without a better score on the validation split after which the run ends",
    default: "all epochs",
    value: "<epochs>",
    optional: true,
  },
  calibration: {
    ...evaluation,
    affects: "nothing",
    type: names(["temperature", "auto", "platt", "beta", "isotonic", "none"]),
    help: "how probabilities are calibrated on the validation split; auto compares the others by cross-validation",
    default: "temperature",
    value: "<name>",
    optional: true,
  },
} as const satisfies Readonly<Record<string, RecipeField>>;

type Fields = typeof recipeFields;
type Value<Name extends keyof Fields> = Readonly<z.infer<Fields[Name]["type"]>>;
type OptionalName = {
  [Name in keyof Fields]: Fields[Name] extends { readonly optional: true } ? Name : never;
}[keyof Fields];

/** Everything a run is made from: with the same code, data and machine it gives the same run, bit for bit. */
export type Recipe = {
  readonly [Name in Exclude<keyof Fields, OptionalName>]: Value<Name>;
} & { readonly [Name in OptionalName]?: Value<Name> };

/** How gradients become steps. */
export type OptimizerName = NonNullable<Recipe["optimizer"]>;

/** float32 throughout, or convolutions and matrix products in bfloat16. */
export type Precision = Recipe["precision"];

/**
 * How a result is read. `honest`: a validation split chooses the epoch and the test set is read once.
 * `paper`: the best epoch on the test set counts, as in the paper; optimistic, for comparison with it.
 */
export type Protocol = Recipe["protocol"];

/** The arithmetics of a network. */
export const precisions = recipeFields.precision.type.options;
/** The ways to choose an epoch. */
export const protocols = recipeFields.protocol.type.options;
