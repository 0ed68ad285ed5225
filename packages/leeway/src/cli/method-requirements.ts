import { composedName, methodNames, methodOf, type MethodOptions, optionNames } from "../methods/index.ts";
import { given } from "./given.ts";
import { flagOf } from "./option-words.ts";
import { usageError } from "./options.ts";
import type { PlaceOf } from "./said-in-file.ts";

/** The parts that only a composed method has. */
export const parts = ["loss", "classifier", "margins", "weights", "sampler", "posthoc"] as const;

/** How a method's options are called where they were said. */
export interface OptionNames {
  /** One that is refused: first in the message. */
  readonly where: (option: string) => string;
  /** The same, later in the message. */
  readonly again: (option: string) => string;
  /** Any other. */
  readonly nameOf: (option: string) => string;
}

/** On the command line: `--max-margin`. */
export const flagNames: OptionNames = { where: flagOf, again: () => "it", nameOf: flagOf };

/** In a configuration file: the place, and `maxMargin`. */
export function fieldNames(placeOf: PlaceOf): OptionNames {
  const same = (option: string): string => option;
  return { where: (option) => placeOf(["methodOptions", option]), again: same, nameOf: same };
}

/** The first part of a composed method that is named. */
export function partAmong(options: MethodOptions): string | undefined {
  return parts.find((name) => options[name] !== undefined);
}

/** Those of some options that have other names. */
export function omit(options: MethodOptions, names: readonly string[]): MethodOptions {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !names.includes(name)));
}

/**
 * Refuses options that a method has not, by the names they were said by.
 *
 * @param options all that are known of the method, regularisers left out
 * @param asked   those to be judged
 * @throws RunError with code "usage" naming the first
 */
export function requireOptions(
  method: string,
  { options, asked }: { readonly options: MethodOptions; readonly asked: MethodOptions },
  names: OptionNames,
): void {
  const part = partAmong(asked);
  if (methodOf(method).own) requireParts(options, Object.keys(asked), names);
  else if (part !== undefined) {
    const advice = "Name a loss and its parts, or a method.";
    throw usageError(names.where(part), `no ${names.nameOf("method")} but composed`, method, advice);
  } else requireTaken(method, Object.keys(asked), names);
}

/** Refuses what a method with a name has not. */
function requireTaken(method: string, asked: readonly string[], { where, again }: OptionNames): void {
  for (const option of asked) {
    const having = methodNames
      .map((name) => methodOf(name))
      .filter((each) => optionNames(each).includes(option));
    if (having.some(({ name }) => name === method)) continue;
    const those = having.map(({ name }) => name).join(", ");
    throw usageError(where(option), `a method that has ${again(option)} (${those})`, method);
  }
}

/** Refuses what none of a composed method's parts has. */
function requireParts(options: MethodOptions, asked: readonly string[], names: OptionNames): void {
  const { where, again, nameOf } = names;
  const { loss, classifier, margins, weights, sampler, posthoc } = options;
  const made = { loss, classifier, margins, weights, sampler, posthoc };
  const method = methodOf(composedName, given(made));
  const known = optionNames(method);
  const stray = asked.find((option) => !known.includes(option));
  if (stray === undefined) return;
  if (stray === "testPrior" && margins === "uniform") {
    const advice = "One margin for all knows no prior.";
    throw usageError(where(stray), `${nameOf("margins")} ldam beside ${again(stray)}`, margins, advice);
  }
  const has = `It has ${known.map(nameOf).join(", ")}.`;
  throw usageError(where(stray), `a part of the method that has ${again(stray)}`, method.title, has);
}
