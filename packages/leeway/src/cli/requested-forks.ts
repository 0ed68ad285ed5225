import { composedName, methodNames, methodOf, partNames } from "../methods/index.ts";
import { partAmong, requestedMethod, type RequestedMethodOptions } from "../recipe/index.ts";
import { type ForkMethod, forkOptions, readForkPoint, recipeOf } from "../runs/index.ts";
import type { StoredRun } from "../storage/index.ts";
import { flagsFor, type MethodFlags, methodOptionsIn } from "./method-options.ts";
import { namesAmong, usageError, usageOf } from "./options.ts";

/** What commander gives of the methods a run is to go on with. */
export interface ForkMethodFlags extends MethodFlags {
  readonly methods?: readonly string[];
}

/**
 * The methods that a run is to go on with: several by name, or one with its parameters or parts. The rest is as in the
 * run.
 *
 * @throws RunError with code "usage" for no method, an unknown one, or options that none of them has; with code "run"
 *   where the run cannot be forked
 */
export function requestedForks(run: StoredRun, { methods, ...flags }: ForkMethodFlags): ForkMethod[] {
  const one = flags.method !== undefined || partAmong(flags) !== undefined;
  if (methods === undefined && !one) {
    throw usageError("--methods", `names among ${methodNames.join(", ")}`, "nothing");
  }
  if (methods !== undefined && one) {
    const advice = "Name several methods, or one with its parts.";
    throw usageError("--methods", "none beside --method and the parts of one", methods.join(","), advice);
  }
  const names =
    methods === undefined ? [flags.method ?? composedName] : namesAmong("--methods", methods, methodNames);
  return names.map((name) => ({ name, options: optionsOf(run, name, flagsFor(flags, name, names)) }));
}

/** The options of one method that a run is to go on with. */
function optionsOf(run: StoredRun, name: string, flags: MethodFlags): NonNullable<ForkMethod["options"]> {
  const parts = methodOf(name).own ? partsOf(run, flags) : {};
  const requested = { ...parts, ...methodOptionsIn(flags) };
  try {
    const options = { ...deferralOf(run, requested), ...requested };
    const { epochs } = run.record.recipe;
    return forkOptions(
      run,
      name,
      requestedMethod({ method: name, methodOptions: options }, { epochs, method: name }).methodOptions,
    );
  } catch (cause) {
    throw usageOf(cause);
  }
}

/** The parts of a run that is itself composed, except those that belong to a loss with a new name. */
function partsOf(run: StoredRun, { loss }: MethodFlags): RequestedMethodOptions {
  const replaced: readonly string[] = loss === undefined ? [] : ["classifier", "margins"];
  const kept: readonly string[] = partNames.filter((name) => !replaced.includes(name));
  const entries = Object.entries(recipeOf(run).methodOptions);
  return Object.fromEntries(entries.filter(([name]) => kept.includes(name)));
}

/** Weights and odds that are named begin where the run is forked, by default. */
function deferralOf(
  run: StoredRun,
  { weights = "none", sampler = "none" }: RequestedMethodOptions,
): RequestedMethodOptions {
  const balanced = weights !== "none" || sampler !== "none";
  return balanced ? { deferAt: { epoch: readForkPoint(run).epoch } } : {};
}
