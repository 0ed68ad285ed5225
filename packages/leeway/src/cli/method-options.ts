import type { Command } from "commander";
import {
  balances,
  composedName,
  lossNames,
  methodNames,
  methodOf,
  type MethodOptions,
  optionNames,
  posthocNames,
  regulariserNames,
} from "../methods/index.ts";
import { given } from "./given.ts";
import { fieldNames, flagNames, omit, partAmong, parts, requireOptions } from "./method-requirements.ts";
import type { PlaceOf } from "./said-in-file.ts";
import { choiceOption, numberListOption, numberOption, usageError, wholeOption } from "./options.ts";

/** What commander gives for {@link addMethodOptions}. A method's parameters by their own names. */
export interface MethodFlags extends MethodOptions {
  readonly method?: string;
  /** An epoch; a recipe has a share of the epochs. */
  readonly deferAt?: number;
}

/** A method as a recipe names it. */
export interface AskedMethod {
  readonly method: string;
  readonly methodOptions: MethodOptions;
}

/** A method, and as much as is known of its parameters. */
type FileMethod = Pick<AskedMethod, "method"> & Partial<AskedMethod>;

/** The parameters of methods. */
const numbers = [
  ...(["maxMargin", "scale", "beta", "gamma", "tau", "smoothHead", "smoothTail", "testPrior"] as const),
] as const;

/** Adds the options a method is made from, in groups. */
export function addMethodOptions(command: Command): Command {
  const positive = (most: number): { most: number; aboveLeast: true } => ({ most, aboveLeast: true });
  const share = { most: 1, belowMost: true };
  const methodChoices = [...methodNames, composedName];
  return command
    .optionsGroup("Method:")
    .addOption(
      choiceOption(
        "--method <name>",
        "how to train (ldam-drw; tables and embeddings: logit-adjustment)",
        methodChoices,
      ),
    )
    .addOption(wholeOption("--defer-at <epoch>", "epochs before re-weighting (160 of 200)", { most: 1e6 }))
    .addOption(numberOption("--max-margin <number>", "margin of the rarest class (0.5)", positive(10)))
    .addOption(numberOption("--scale <number>", "what cosine logits are multiplied by (30)", positive(1e4)))
    .addOption(numberOption("--beta <number>", "of the effective number of examples (0.9999)", share))
    .addOption(numberOption("--gamma <number>", "of focal loss (1) and vector scaling (0.15)", { most: 100 }))
    .addOption(numberOption("--tau <number>", "of logit adjustment and posthoc (1; vs: 1.25)", { most: 100 }))
    .addOption(numberOption("--smooth-head <share>", "smoothing of the most frequent class (0.3)", share))
    .addOption(numberOption("--smooth-tail <share>", "smoothing of the rarest class (0)", share))
    .addOption(
      numberListOption("--test-prior <numbers>", "class counts or shares of the test set, for LDAM (equal)", {
        most: Number.MAX_SAFE_INTEGER,
      }),
    )
    .optionsGroup("A method of one's own, in place of --method:")
    .addOption(choiceOption("--loss <name>", "what is minimised (cross-entropy)", lossNames))
    .addOption(choiceOption("--classifier <name>", "the last layer (as the loss has it)", classifiers))
    .addOption(choiceOption("--margins <name>", "of ldam and the two hinges (ldam)", ["ldam", "uniform"]))
    .addOption(choiceOption("--weights <name>", "what classes weigh in the loss (none)", balances))
    .addOption(choiceOption("--sampler <name>", "how often examples are drawn (none)", balances))
    .addOption(choiceOption("--posthoc <name>", "what is done to logits when read (none)", posthocNames))
    .optionsGroup("Regularisers, with any method:")
    .addOption(numberOption("--mixup <alpha>", "mix pairs of examples, share from Beta(α, α)", { most: 8 }))
    .addOption(numberOption("--rho <radius>", "sharpness-aware steps (SAM), twice the cost", { most: 100 }))
    .addOption(
      wholeOption("--cutout <side>", "cut a square of so many pixels out of each image", { most: 1e4 }),
    );
}

const classifiers = ["linear", "cosine"];

/**
 * The method that was asked for: a name's, or one composed where a part of one was named.
 *
 * A method named by an option replaces the file's with its parameters; regularisers stay. The same method takes
 * the file's parameters and the options' over them.
 *
 * @param file   what the configuration file says of it; the data's usual method where it says nothing
 * @param epochs length of the run, which turns the epoch of `deferAt` into a share
 * @throws RunError with code "usage" for an option that the method has not
 */
export function askedMethod(
  flags: MethodFlags,
  file: FileMethod,
  { epochs, placeOf }: { readonly epochs: number; readonly placeOf: PlaceOf },
): AskedMethod {
  const { deferAt } = flags;
  if (deferAt !== undefined && deferAt > epochs) {
    throw usageError("--defer-at", `an epoch of the run, at most --epochs, ${epochs}`, deferAt);
  }
  const inFile: AskedMethod = { methodOptions: {}, ...file };
  const method = flags.method ?? (partAmong(flags) === undefined ? inFile.method : composedName);
  const asked: MethodOptions = given({
    ...pick(flags, [...parts, ...numbers]),
    deferAt: deferAt === undefined ? undefined : deferAt / epochs,
  });
  const kept = method === inFile.method ? omit(inFile.methodOptions, regulariserNames) : {};
  const options = { ...kept, ...asked };
  requireOptions(method, { options, asked }, flagNames);
  requireOptions(method, { options, asked: omit(kept, Object.keys(asked)) }, fieldNames(placeOf));
  const regularisers = { ...pick(inFile.methodOptions, regulariserNames), ...pick(flags, regulariserNames) };
  return { method, methodOptions: { ...options, ...regularisers } };
}

/** The flags without parameters that one of several methods has not, but another of them has. */
export function flagsFor<Flags extends MethodFlags>(
  flags: Flags,
  method: string,
  several: readonly string[],
): Flags {
  const has = (name: string, parameter: string): boolean => optionNames(methodOf(name)).includes(parameter);
  const left = [...numbers, "deferAt"].filter(
    (parameter) => !has(method, parameter) && several.some((other) => has(other, parameter)),
  );
  return { ...flags, ...Object.fromEntries(left.map((parameter) => [parameter, undefined])) };
}

/** Those of some parameters that are there. */
export function pick(options: MethodOptions, names: readonly (keyof MethodOptions)[]): MethodOptions {
  const there = names.filter((name) => options[name] !== undefined);
  return Object.fromEntries(there.map((name) => [name, options[name]]));
}
