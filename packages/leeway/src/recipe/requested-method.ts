import { ArgumentError, expected } from "../errors.ts";
import { composedName, methodOf, type MethodOptions, partNames } from "../methods/index.ts";
import type { RecipeOptions, RequestedMethodOptions } from "./recipe.ts";

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
 * Refuses options that a method has not, or values that are impossible.
 *
 * @throws ArgumentError naming the first in the recipe, and those methods or parts that have it
 */
export function requireMethodOptions(method: string, options: MethodOptions): void {
  try {
    methodOf(method, options);
  } catch (cause) {
    if (!(cause instanceof ArgumentError) || cause.path[0] === "method") throw cause;
    const { what, got, advice } = cause;
    const path = ["methodOptions", ...cause.path];
    throw new ArgumentError({ where: "recipe", path, what, got, advice }, { cause });
  }
}
