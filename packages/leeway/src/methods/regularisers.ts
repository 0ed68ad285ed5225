import { expected } from "../errors.ts";
import type { Method } from "./method.ts";

/** Regularisers that combine with any method; 0 is without. */
export interface Regularisers {
  /** α of mixup's Beta(α, α), at most 8. Zhang et al. 2018 (arXiv:1710.09412). */
  readonly mixup: number;
  /** ρ of SAM: the radius in which the worst point is looked for. Foret et al. 2021 (arXiv:2010.01412). */
  readonly rho: number;
  /** Side of the square that cutout removes, in whole pixels. DeVries and Taylor 2017 (arXiv:1708.04552). */
  readonly cutout: number;
}

/** Their names, as options spell them. */
export const regulariserNames: readonly (keyof Regularisers)[] = ["mixup", "rho", "cutout"];

/**
 * A method with the given regularisers in place of its own.
 *
 * @throws ArgumentError naming a value that is impossible
 */
export function withRegularisers(method: Method, given: Partial<Regularisers>): Method {
  const { mixup = 0, rho = 0, cutout = 0 } = { ...method.regularisers, ...given };
  if (!(mixup >= 0 && mixup <= 8)) throw expected("regularisers", "mixup", "to be from 0 to 8", mixup);
  if (!(rho >= 0 && rho < Infinity)) throw expected("regularisers", "rho", "to be at least 0", rho);
  if (!Number.isSafeInteger(cutout) || cutout < 0) {
    throw expected("regularisers", "cutout", "to be a whole number of at least 0", cutout);
  }
  const regularisers = { mixup, rho, cutout };
  const recorded = Object.entries(regularisers).filter(
    ([name, value]) => value !== 0 || name in (method.regularisers ?? {}),
  );
  return { ...method, regularisers, options: { ...method.options, ...Object.fromEntries(recorded) } };
}
