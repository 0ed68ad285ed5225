import { stringify } from "yaml";
import { z } from "zod";
import { type CustomData, datasetNames, inputKinds, networkNames } from "../catalogue/index.ts";
import { composedName, methodNames, methodOptionsSchema } from "../methods/index.ts";
import type { LearningRateSchedule } from "./learning-rate.ts";
import {
  optimizers,
  precisions,
  protocols,
  type Recipe,
  type RecipeOptions,
  recipeProfiles,
} from "./recipe.ts";

/** What a configuration file may say: any field of a recipe, and of its schedule any part. */
export interface Config extends Omit<RecipeOptions, "schedule"> {
  /** For editors; not read. */
  readonly $schema?: string;
  readonly dataset?: string;
  readonly schedule?: Partial<LearningRateSchedule>;
}

const name = z.string().min(1);
const whole = (least: number): z.ZodInt => z.int().min(least);
/** As the command line takes them. */
const length = whole(1).max(1e6);
const notNegative = z.number().min(0);
const positive = z.number().positive();
const share = z.number().min(0).lt(1);
/** Some names, as zod takes them. */
const oneOf = <T extends string>(names: readonly T[]): z.ZodEnum<Record<T, T>> => z.enum(names);

const source: z.ZodType<CustomData> = z.strictObject({
  kind: oneOf(inputKinds).describe("What the examples are"),
  paths: z.array(name).min(1).describe("Files, folders or patterns"),
  testPaths: z
    .array(name)
    .describe("Those of the test split; a part is held out where left out")
    .exactOptional(),
  label: name.describe("The column that holds the class").exactOptional(),
  options: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]))
    .describe("What else the reader is told")
    .exactOptional(),
});

const text = z.strictObject({
  vocabularySize: whole(3).describe("Words known (25000)").exactOptional(),
  minCount: whole(1).describe("How often a word must occur (2)").exactOptional(),
  maxLength: whole(1).describe("Words read of a text: its head and tail (400)").exactOptional(),
});

const schedule = z.strictObject({
  base: positive.describe("The learning rate after the warm-up and before the first decay").exactOptional(),
  warmupEpochs: whole(0).describe("How many epochs the rate climbs").exactOptional(),
  decays: z
    .array(
      z.strictObject({
        fromEpoch: whole(0).describe("Counted from 0"),
        factor: positive.describe("What the rate is multiplied by from there on"),
      }),
    )
    .describe("Steps down, in the order of their epochs")
    .exactOptional(),
});

/** Every field of a recipe. The type holds the list to be whole. */
const fields = {
  dataset: name.describe(`One of ${datasetNames.join(", ")}; with source any name`),
  source: source.describe("Data of one's own in place of the catalogue's"),
  testFraction: z
    .number()
    .gt(0)
    .lt(1)
    .describe("The share of own data that is held out as the test split (0.2)"),
  profile: oneOf(recipeProfiles).describe("How class sizes are cut (images: longtail)"),
  keep: z
    .record(z.string(), z.number().positive().max(1))
    .describe("Classes that are thinned out first, by name, and the share that is kept"),
  ratio: z.number().min(1).describe("Largest class to smallest (100)"),
  testProfile: z
    .strictObject({
      profile: oneOf(["longtail", "step"]),
      ratio: z.number().min(1),
      seed: whole(0).describe("Draws the order of the classes and the examples that stay"),
    })
    .describe("How the test set is cut, its classes in an order of its own (whole)"),
  maxPerClass: whole(1).nullable().describe("Examples of the largest class; null for all"),
  text: text.describe("How texts become numbers, where not as usual"),
  method: oneOf([...methodNames, composedName]).describe("How to train (images: ldam-drw)"),
  methodOptions: methodOptionsSchema.describe("The method's parameters, or the parts of a composed one"),
  model: oneOf(networkNames()).describe("The network (images: resnet32)"),
  epochs: length.describe("Length of the run (images: 200)"),
  batchSize: length.describe("Examples a step (images: 128)"),
  schedule: schedule.describe("The learning rate over the epochs (the usual one, scaled to the run)"),
  optimizer: oneOf(optimizers).describe("What takes the steps (images: sgd)"),
  momentum: share.describe("Of SGD (0.9)"),
  weightDecay: notNegative.describe("Of the weights (images: 2e-4)"),
  precision: oneOf(precisions).describe("Arithmetic of the network (fp32)"),
  seed: whole(0).describe("Decides everything random (0)"),
  protocol: oneOf(protocols).describe(
    "What chooses the epoch: a validation split, or as in the paper the test set",
  ),
  validationFraction: share.describe("The share of the training data that chooses the epoch (0.1)"),
} satisfies Record<keyof Recipe, z.ZodType>;

/** What a configuration file must look like when read; every field may be left out. */
export const configSchema = z
  .strictObject({ $schema: z.string().describe("For editors; not read"), ...fields })
  .partial()
  .describe("A run of leeway: leeway train --config FILE");

/** The JSON Schema of a configuration file, with which editors complete and check it. */
export function configJsonSchema(): object {
  return z.toJSONSchema(configSchema, { io: "input" });
}

/** A recipe as a configuration file that asks for it again: YAML. */
export function configText(recipe: Recipe): string {
  return stringify(recipe, { aliasDuplicateObjects: false, lineWidth: 0 });
}
