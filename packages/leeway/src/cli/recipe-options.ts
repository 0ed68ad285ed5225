import type { Command } from "commander";
import { datasets } from "../data/index.ts";
import { RunError } from "../errors.ts";
import { methodNames, type MethodOptions, methods, optionNames } from "../methods/index.ts";
import { modelNames } from "../models/index.ts";
import {
  inputKindOf,
  optimizers,
  precisions,
  protocols,
  type Recipe,
  recipeFor,
  recipeProfiles,
  usualFor,
} from "../recipes/index.ts";
import {
  choiceOption,
  numberListOption,
  numberOption,
  shareOption,
  usageError,
  wholeListOption,
  wholeOption,
} from "./options.ts";

/** What commander gives for {@link addRecipeOptions}: a field is left out where it was not asked for. */
export interface RecipeFlags extends Partial<Pick<Recipe, (typeof plainFields)[number]>> {
  readonly dataset?: string;
  readonly lr?: number;
  readonly warmupEpochs?: number;
  readonly decayAt?: readonly number[];
  readonly decayFactor?: number;
  /** An epoch; a recipe has a share of the epochs. */
  readonly deferAt?: number;
  readonly maxMargin?: number;
  readonly scale?: number;
  readonly beta?: number;
  readonly gamma?: number;
  readonly tau?: number;
  readonly smoothHead?: number;
  readonly smoothTail?: number;
  readonly testPrior?: readonly number[];
  readonly vocabularySize?: number;
  readonly minCount?: number;
  readonly maxLength?: number;
  readonly mixup?: number;
  readonly rho?: number;
  readonly cutout?: number;
}

/** The recipe's fields that are options as they are. */
const plainFields = [
  ...(["source", "testFraction"] as const),
  ...(["profile", "keep", "ratio", "maxPerClass", "method", "model", "epochs", "batchSize"] as const),
  ...([
    "optimizer",
    "momentum",
    "weightDecay",
    "precision",
    "seed",
    "protocol",
    "validationFraction",
  ] as const),
] as const;

const unbounded = Number.MAX_SAFE_INTEGER;
const datasetNames = datasets.map(({ name }) => name);

/** Adds the options a recipe is made from, in groups. */
export function addRecipeOptions(command: Command): Command {
  const atLeastOne = { least: 1, most: 1e6 };
  const positive = (most: number): { most: number; aboveLeast: true } => ({ most, aboveLeast: true });
  const share = { most: 1, belowMost: true };
  return command
    .optionsGroup("Data:")
    .addOption(choiceOption("--dataset <name>", "what to train on", datasetNames))
    .addOption(choiceOption("--profile <name>", "how class sizes fall (images: longtail)", recipeProfiles))
    .addOption(numberOption("--ratio <number>", "largest class to smallest (100)", atLeastOne))
    .addOption(
      wholeOption("--max-per-class <count>", "images of the largest class (all)", {
        least: 1,
        most: unbounded,
      }),
    )
    .addOption(shareOption("--keep <class=share>", "thin a class out before all else; may be repeated"))
    .optionsGroup("Texts:")
    .addOption(wholeOption("--vocabulary-size <count>", "words known (25000)", { least: 3, most: 1e7 }))
    .addOption(wholeOption("--min-count <count>", "how often a word must occur (2)", { least: 1, most: 1e9 }))
    .addOption(
      wholeOption("--max-length <words>", "read of a text: its head and tail (400; tfidf: 5000)", {
        least: 1,
        most: 1e6,
      }),
    )
    .optionsGroup("Method:")
    .addOption(choiceOption("--method <name>", "how to train (ldam-drw)", methodNames))
    .addOption(wholeOption("--defer-at <epoch>", "epochs before re-weighting (160 of 200)", { most: 1e6 }))
    .addOption(numberOption("--max-margin <number>", "margin of the rarest class (0.5)", positive(10)))
    .addOption(numberOption("--scale <number>", "what cosine logits are multiplied by (30)", positive(1e4)))
    .addOption(numberOption("--beta <number>", "of the effective number of images (0.9999)", share))
    .addOption(numberOption("--gamma <number>", "of focal loss (1) and vector scaling (0.15)", { most: 100 }))
    .addOption(numberOption("--tau <number>", "of logit adjustment (1; vs: 1.25)", { most: 100 }))
    .addOption(numberOption("--smooth-head <share>", "smoothing of the most frequent class (0.3)", share))
    .addOption(numberOption("--smooth-tail <share>", "smoothing of the rarest class (0)", share))
    .addOption(
      numberListOption("--test-prior <numbers>", "class counts or shares of the test set, for LDAM (equal)", {
        most: unbounded,
      }),
    )
    .optionsGroup("Regularisers, with any method:")
    .addOption(numberOption("--mixup <alpha>", "mix pairs of images, share from Beta(α, α)", { most: 8 }))
    .addOption(numberOption("--rho <radius>", "sharpness-aware steps (SAM), twice the cost", { most: 100 }))
    .addOption(
      wholeOption("--cutout <side>", "cut a square of so many pixels out of each image", { most: 1e4 }),
    )
    .optionsGroup("Training:")
    .addOption(choiceOption("--model <name>", "network (images: resnet32)", modelNames()))
    .addOption(wholeOption("--epochs <count>", "length of the run (200)", atLeastOne))
    .addOption(wholeOption("--batch-size <count>", "images a step (128)", atLeastOne))
    .addOption(numberOption("--lr <rate>", "learning rate (0.1)", positive(1e3)))
    .addOption(
      wholeOption("--warmup-epochs <count>", "epochs the rate climbs (5, or an eighth of a short run)", {
        most: 1e6,
      }),
    )
    .addOption(
      wholeListOption("--decay-at <epochs>", "epochs at which it drops (160,180 of 200)", { most: 1e6 }),
    )
    .addOption(numberOption("--decay-factor <number>", "what a drop multiplies it by (0.01)", positive(1)))
    .addOption(choiceOption("--optimizer <name>", "what takes the steps (images: sgd)", optimizers))
    .addOption(numberOption("--momentum <number>", "of SGD (0.9)", share))
    .addOption(numberOption("--weight-decay <number>", "of SGD (2e-4)", { most: 1 }))
    .addOption(choiceOption("--precision <name>", "arithmetic of the network (fp32)", precisions))
    .addOption(wholeOption("--seed <number>", "decides everything random (0)", { most: unbounded }))
    .optionsGroup("Evaluation:")
    .addOption(
      choiceOption(
        "--protocol <name>",
        "the epoch is chosen on a validation split or the test set",
        protocols,
      ),
    )
    .addOption(
      numberOption("--validation-fraction <share>", "of the training images (0.1; paper: 0)", share),
    );
}

/**
 * The recipe that was asked for; the rest is the paper's.
 *
 * @throws RunError with code "usage", or RangeError, where options contradict each other
 */
export function askedRecipe(flags: RecipeFlags): Recipe {
  const { dataset } = flags;
  // Not left to commander, which would name a misspelt --datset only after this.
  if (dataset === undefined)
    throw new RunError("usage", `--dataset: expected one of ${datasetNames.join(", ")}, got nothing.`);
  if (flags.profile === "balanced" && (flags.ratio ?? 1) !== 1) {
    throw usageError("--ratio", "none with --profile balanced", flags.ratio, "Leave one of the two out.");
  }
  const { vocabularySize, minCount, maxLength } = flags;
  const text = given({ vocabularySize, minCount, maxLength });
  const options = { ...given(Object.fromEntries(plainFields.map((field) => [field, flags[field]]))), text };
  const plain = recipeFor(dataset, options);
  const { epochs, method } = plain;
  return recipeFor(dataset, {
    ...options,
    schedule: askedSchedule(plain, flags),
    methodOptions: askedMethodOptions(method, epochs, flags),
  });
}

function askedSchedule(
  recipe: Recipe,
  { lr, warmupEpochs, decayAt, decayFactor }: RecipeFlags,
): Recipe["schedule"] {
  const { epochs } = recipe;
  const scaled = usualFor(inputKindOf(recipe), recipe.model).schedule(epochs);
  const late = decayAt?.find((epoch) => epoch >= epochs);
  if (late !== undefined) {
    const advice = "Leave it out to scale the paper's schedule to the run.";
    throw usageError("--decay-at", `epochs below --epochs, ${epochs}`, late, advice);
  }
  if (warmupEpochs !== undefined && warmupEpochs > epochs) {
    throw usageError("--warmup-epochs", `at most --epochs, ${epochs}`, warmupEpochs);
  }
  const decays = decayAt?.map((fromEpoch) => ({ fromEpoch, factor: 0.01 })) ?? scaled.decays;
  return {
    base: lr ?? scaled.base,
    warmupEpochs: warmupEpochs ?? scaled.warmupEpochs,
    decays: decays.map(({ fromEpoch, factor }) => ({ fromEpoch, factor: decayFactor ?? factor })),
  };
}

/** The method's options that were asked for; those it has not are refused by the name the user typed. */
function askedMethodOptions(method: string, epochs: number, flags: RecipeFlags): MethodOptions {
  const {
    deferAt,
    maxMargin,
    scale,
    beta,
    gamma,
    tau,
    smoothHead,
    smoothTail,
    testPrior,
    mixup,
    rho,
    cutout,
  } = flags;
  const options: MethodOptions = given({
    deferAt: deferAt === undefined ? undefined : deferAt / epochs,
    ...{ maxMargin, scale, beta, gamma, tau, smoothHead, smoothTail, testPrior },
  });
  for (const option of Object.keys(options)) {
    const having = methods.map((make) => make()).filter((each) => optionNames(each).includes(option));
    if (having.some(({ name }) => name === method)) continue;
    const flag = `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    throw usageError(flag, `a method that has it (${having.map(({ name }) => name).join(", ")})`, method);
  }
  if (deferAt !== undefined && deferAt > epochs) {
    throw usageError("--defer-at", `an epoch of the run, at most --epochs, ${epochs}`, deferAt);
  }
  return { ...options, ...given({ mixup, rho, cutout }) };
}

/** An object without the fields that are undefined. */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
