import { dropout } from "../ops/dropout.ts";
import type { Tensor } from "../tensor.ts";
import { Module } from "./module.ts";

/**
 * While training, sets each value to 0 with probability p and divides the others by 1 - p; nothing otherwise.
 * Draws from the generator that `manualSeed` seeds.
 *
 * @source Srivastava et al. 2014 (JMLR 15), in the inverted form, which leaves evaluation alone
 */
export class Dropout extends Module {
  readonly p: number;

  /** @throws RangeError if `p` is not a probability */
  constructor(p: number) {
    super();
    requireProbability("Dropout", p);
    this.p = p;
  }

  forward(input: Tensor): Tensor {
    return this.training && this.p > 0 ? dropout(input, this.p, true) : input;
  }
}

/** @throws RangeError if `p` is not in [0, 1] */
export function requireProbability(where: string, p: number): void {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`${where}: expected p to be from 0 to 1, got ${p}.`);
}
