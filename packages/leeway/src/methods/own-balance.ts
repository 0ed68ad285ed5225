import { losses } from "./losses.ts";
import type { Method } from "./method.ts";

/**
 * What balances classes in a method beside class weights, in words: "shifts logits by class frequencies"; undefined for
 * nothing. Weights that balance on top of it predict rare classes too often.
 */
export function ownBalance({
  first,
  then,
  posthoc,
}: Pick<Method, "first" | "then" | "posthoc">): string | undefined {
  const names = [first.loss, then?.loss ?? first.loss];
  if (names.some((name) => losses[name].shifted) || posthoc?.priorTau !== undefined)
    return "shifts logits by class frequencies";
  const odds = [first.sampler, then?.sampler ?? "none"];
  return odds.some((sampler) => sampler !== "none") ? "draws rare classes more often" : undefined;
}
