import { composedName, methodNames, methodOf } from "../methods/index.ts";
import type { StoredRun } from "../storage/index.ts";
import { type ForkMethod, forkOptions, readForkPoint, recipeOf } from "../runs/index.ts";
import { askedMethod, flagsFor, type MethodFlags, pick } from "./method-options.ts";
import { omit, partAmong, parts } from "./method-requirements.ts";
import { namesAmong, usageError } from "./options.ts";

/** What commander gives of the methods a run is to go on with. */
export interface ForkMethodFlags extends MethodFlags {
  readonly methods?: readonly string[];
}

/**
 * The methods that a run is to go on with: several by name, or one with its parameters or parts. What is not said of
 * them is as in the run.
 *
 * @throws RunError with code "usage" for no method, an unknown one, or options that none of them has; with code "run"
 *   where the run cannot be forked
 */
export function askedForks(run: StoredRun, { methods, ...flags }: ForkMethodFlags): ForkMethod[] {
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
  const { epochs } = run.record.recipe;
  return names.map((name) => {
    const asked = { ...(methodOf(name).own && partsOf(run, flags)), ...flagsFor(flags, name, names) };
    const own = { ...deferralOf(run, asked), ...asked, method: name };
    const { methodOptions } = askedMethod(own, { method: name }, { epochs, placeOf: String });
    return { name, options: forkOptions(run, name, methodOptions) };
  });
}

/** The parts of a run that is itself composed, but those that go with a loss that is named otherwise. */
function partsOf(run: StoredRun, { loss }: MethodFlags): MethodFlags {
  const replaced = loss === undefined ? [] : ["classifier", "margins"];
  return omit(pick(recipeOf(run).methodOptions, parts), replaced);
}

/** Weights and odds that are named begin where the run is forked, unless it is said when. */
function deferralOf(
  run: StoredRun,
  { deferAt, weights = "none", sampler = "none" }: MethodFlags,
): MethodFlags {
  const balanced = weights !== "none" || sampler !== "none";
  return balanced && deferAt === undefined ? { deferAt: readForkPoint(run).epoch } : {};
}
