import type { DecisionAim } from "../../decisions/index.ts";
import { RunError } from "../../errors.ts";
import { usageError } from "../options.ts";
import { flagOf } from "../fault-words.ts";
import { readCosts } from "./cost-matrix.ts";
import { classOf, parseAlerts, parseAlpha, parseCost, parseShares } from "./parse-shares.ts";

/** What the command line asks of a decision. */
export interface DecisionFlags {
  readonly minRecall?: string;
  readonly minPrecision?: string;
  readonly bestF1?: boolean;
  readonly maxAlerts?: string;
  readonly cost?: string;
  readonly costs?: string;
  readonly abstain?: string;
  readonly confident?: boolean;
  readonly positive?: string;
  readonly prior?: string;
}

const aims = ["minRecall", "minPrecision", "bestF1", "maxAlerts", "cost", "costs"] as const;

/**
 * The aim that the options say.
 *
 * @throws RunError with code "usage" for none or several, or a value that is none
 */
export function requestedAim(flags: DecisionFlags, classNames: readonly string[]): DecisionAim {
  const [aim, other] = aims.filter((name) => flags[name] !== undefined);
  const { confident, positive, abstain } = flags;
  if (aim === undefined && abstain === undefined) {
    const all = aims.map(flagOf).join(", ");
    throw new RunError("usage", `decide: expected one of ${all} or --abstain, got none.`);
  }
  if (aim === undefined && flags.prior !== undefined) {
    const advice = "Sets are the same for every prior.";
    throw usageError("--prior", "another aim beside --abstain", "none", advice);
  }
  if (aim !== undefined && other !== undefined)
    throw usageError(flagOf(other), `none beside ${flagOf(aim)}`, flags[other], "Choose one.");
  // Here, where the option is known that names a class which is not there.
  if (positive !== undefined) classOf("--positive", positive, classNames);
  return {
    ...(aim !== undefined && aimOf(aim, flags, classNames)),
    ...(abstain !== undefined && { abstain: parseAlpha("--abstain", abstain) }),
    ...(confident && { confident }),
    ...(positive !== undefined && { positive }),
  };
}

function aimOf(aim: (typeof aims)[number], flags: DecisionFlags, classNames: readonly string[]): DecisionAim {
  const text = String(flags[aim]);
  const option = flagOf(aim);
  switch (aim) {
    case "minRecall":
    case "minPrecision":
      return { [aim]: parseShares(option, text, classNames) };
    case "bestF1":
      return { bestF1: true };
    case "maxAlerts":
      return { maxAlerts: parseAlerts(option, text) };
    case "cost":
      return { cost: parseCost(option, text) };
    case "costs":
      return { costs: readCosts(text, classNames).costs };
  }
}
