import { expected } from "../errors.ts";
import {
  composedName,
  methodFields,
  methodNames,
  methodOf,
  type MethodOptions,
  optionNames,
  regulariserNames,
} from "../methods/index.ts";
import type { RecipeOptions, RequestedMethodOptions } from "./recipe.ts";

/** The parts that only a composed method has. */
export const partNames = ["loss", "classifier", "margins", "weights", "sampler", "posthoc"] as const;

/** The first part of a composed method among some options. */
export function partAmong(options: object): (typeof partNames)[number] | undefined {
  return partNames.find((name) => (options as MethodOptions)[name] !== undefined);
}

/**
 * The method that was requested: a name's, or one composed if a part of one is named.
 *
 * @param run the epochs, which turn the epoch of a deferral into a share, and the data's default method
 * @throws ArgumentError for an option that the method has not
 */
export function requestedMethod(
  { method, methodOptions = {} }: Pick<RecipeOptions, "method" | "methodOptions">,
  run: { readonly epochs: number; readonly method: string },
): { readonly name: string; readonly methodOptions: MethodOptions } {
  const name = method ?? (partAmong(methodOptions) === undefined ? run.method : composedName);
  const { deferAt, ...others } = methodOptions;
  const share = deferralShare(deferAt, run.epochs);
  const options = { ...others, ...(share !== undefined && { deferAt: share }) };
  requireMethodOptions(name, options);
  return { name, methodOptions: options };
}

/** The share of the epochs before a second stage. */
function deferralShare(deferAt: RequestedMethodOptions["deferAt"], epochs: number): number | undefined {
  if (deferAt === undefined || (typeof deferAt === "number" && deferAt <= 1)) return deferAt;
  const epoch = typeof deferAt === "number" ? deferAt : deferAt.epoch;
  if (epoch <= epochs) return epoch / epochs;
  const what = `to be a share or an epoch of the run, at most ${epochs}`;
  throw expected("recipe", "methodOptions.deferAt", what, epoch);
}

/**
 * Refuses options that a method has not.
 *
 * @throws ArgumentError naming the first, and those methods or parts that have it
 */
export function requireMethodOptions(method: string, options: MethodOptions): void {
  const known: readonly string[] = [...methodNames, composedName];
  if (!known.includes(method)) return; // methodOf says so
  const its: readonly string[] = regulariserNames;
  const names = Object.keys(options).filter((name) => !its.includes(name));
  if (methodOf(method).own) requireParts(names, options);
  else requireTaken(names, method);
}

function requireTaken(names: readonly string[], method: string): void {
  const part = names.find((name) => (partNames as readonly string[]).includes(name));
  if (part !== undefined) {
    const advice = "Name a loss and its parts, or a method.";
    throw expected("recipe", `methodOptions.${part}`, "to go with method composed", method, advice);
  }
  for (const name of names) {
    if (!Object.hasOwn(methodFields, name)) continue; // methodOf guesses what was meant
    const having = methodNames.filter((each) => optionNames(methodOf(each)).includes(name));
    if (having.includes(method)) continue;
    const what = `to go with a method that has it (${having.join(", ")})`;
    throw expected("recipe", `methodOptions.${name}`, what, method);
  }
}

/** Refuses what none of a composed method's parts has. */
function requireParts(names: readonly string[], options: MethodOptions): void {
  const parts = partNames.filter((name) => options[name] !== undefined);
  const made = Object.fromEntries(parts.map((name) => [name, options[name]])) as MethodOptions;
  const method = methodOf(composedName, made);
  const known = optionNames(method);
  const stray = names.find((name) => !known.includes(name));
  if (stray === undefined) return;
  if (stray === "testPrior" && options.margins === "uniform") {
    const advice = "One margin for all knows no prior.";
    throw expected("recipe", "methodOptions.testPrior", "to go with margins ldam", options.margins, advice);
  }
  const has = `It has ${known.join(", ")}.`;
  throw expected("recipe", `methodOptions.${stray}`, "to go with a part that has it", method.title, has);
}
