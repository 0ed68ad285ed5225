import { ArgumentError, didYouMean } from "../errors.ts";
import type { RequestedPrior } from "./prediction.ts";

/** Frequencies as they are computed with: shares by label, or what has them. */
export type PriorShares = readonly number[] | "training" | "auto";

/**
 * A requested prior by label; shares need not sum to 1.
 *
 * @throws ArgumentError for a class that is not there, one without a share, or a share that is not above 0
 */
export function priorShares(prior: RequestedPrior, classNames: readonly string[]): PriorShares {
  if (prior === "training" || prior === "auto") return prior;
  const shares = sharesOf(prior, classNames);
  return shares.map((share, j) => {
    if (typeof share === "number" && share > 0 && Number.isFinite(share)) return share;
    throw fault(["prior", Array.isArray(prior) ? j : classNames[j]!], "to be a number above 0", share); // as many
  });
}

/** @param prior from a program without types, or from the network */
function sharesOf(prior: unknown, classNames: readonly string[]): readonly unknown[] {
  if (Array.isArray(prior)) return listed(prior, classNames);
  if (typeof prior === "object" && prior !== null) return named(prior as Record<string, unknown>, classNames);
  throw fault(["prior"], 'to be a share for every class, "training" or "auto"', prior);
}

function listed(shares: readonly unknown[], classNames: readonly string[]): readonly unknown[] {
  if (shares.length === classNames.length) return shares;
  throw fault(["prior"], `to be ${classNames.length} numbers above 0, one a class`, shares);
}

function named(shares: Readonly<Record<string, unknown>>, classNames: readonly string[]): readonly unknown[] {
  const stray = Object.keys(shares).find((name) => !classNames.includes(name));
  if (stray !== undefined) {
    const some = classNames.slice(0, 20).join(", ");
    throw fault(["prior"], `to name classes among ${some}`, stray, didYouMean(stray, classNames));
  }
  const missing = classNames.find((name) => !Object.hasOwn(shares, name));
  if (missing === undefined) return classNames.map((name) => shares[name]);
  throw fault(["prior", missing], "to be a share, as for every class", undefined);
}

function fault(path: readonly PropertyKey[], what: string, got: unknown, advice = ""): ArgumentError {
  return new ArgumentError({ where: "predict", path, what, got, advice });
}
