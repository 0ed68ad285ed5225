import { foreachAdd, foreachAddInPlace, foreachMulInPlace } from "../ops/foreach.ts";
import type { Tensor } from "../tensor.ts";
import { Optimizer, type StepLists } from "./optimizer.ts";

/** What {@link SGD} is made from. */
export interface SgdOptions {
  readonly lr: number;
  readonly momentum?: number;
  readonly nesterov?: boolean;
  readonly weightDecay?: number;
}

/**
 * Stochastic gradient descent as PyTorch defines it: with g the gradient plus weightDecay · p,
 *
 *     v ← momentum · v + g      p ← p - lr · v      (Nesterov: p ← p - lr · (g + momentum · v))
 *
 * @source Sutskever et al. 2013, in PyTorch's form (the learning rate outside the velocity)
 */
export class SGD extends Optimizer {
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;

  /** @throws RangeError for Nesterov without momentum, or a negative option */
  constructor(
    parameters: readonly Tensor[],
    { lr, momentum = 0, nesterov = false, weightDecay = 0 }: SgdOptions,
  ) {
    super(parameters, lr);
    if (!(momentum >= 0)) throw new RangeError(`SGD: expected momentum to be at least 0, got ${momentum}.`);
    if (!(weightDecay >= 0)) {
      throw new RangeError(`SGD: expected weightDecay to be at least 0, got ${weightDecay}.`);
    }
    if (nesterov && momentum === 0)
      throw new RangeError("SGD: expected momentum above 0 with nesterov, got 0.");
    this.momentum = momentum;
    this.nesterov = nesterov;
    this.weightDecay = weightDecay;
  }

  protected override slotNames(): readonly string[] {
    return ["momentum"];
  }

  protected update({ parameters, gradients, indices }: StepLists): void {
    const decayed = this.weightDecay === 0 ? gradients : foreachAdd(gradients, parameters, this.weightDecay);
    foreachAddInPlace(parameters, this.#direction(decayed, indices), -this.lr);
  }

  #direction(gradients: readonly Tensor[], indices: readonly number[]): readonly Tensor[] {
    if (this.momentum === 0) return gradients;
    // At its first use a velocity is zero: momentum · 0 + g is g, as in PyTorch.
    const velocities = indices.map((index) => this.slot("momentum", index));
    foreachMulInPlace(velocities, this.momentum);
    foreachAddInPlace(velocities, gradients, 1);
    return this.nesterov ? foreachAdd(gradients, velocities, this.momentum) : velocities;
  }
}
