import { sgdInPlace } from "../ops/optimizer.ts";
import { type GroupRule, type Learned, Optimizer } from "./optimizer.ts";

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

  /** @throws RangeError for Nesterov without momentum, or a negative option */
  constructor(parameters: Learned, { lr, momentum = 0, nesterov = false, weightDecay = 0 }: SgdOptions) {
    super(parameters, { lr, weightDecay });
    if (!(momentum >= 0)) throw new RangeError(`SGD: expected momentum to be at least 0, got ${momentum}.`);
    if (nesterov && momentum === 0)
      throw new RangeError("SGD: expected momentum above 0 with nesterov, got 0.");
    this.momentum = momentum;
    this.nesterov = nesterov;
  }

  protected override slotNames(): readonly string[] {
    return ["momentum"];
  }

  protected update(indices: readonly number[], { lr, weightDecay }: GroupRule): void {
    const parameters = indices.map((index) => this.parameters[index]!); // indices of parameters
    // At its first use a velocity is zero: momentum · 0 + g is g, as in PyTorch.
    const velocities = this.momentum === 0 ? [] : indices.map((index) => this.slot("momentum", index));
    sgdInPlace(parameters, velocities, lr, this.momentum, this.nesterov, weightDecay);
  }
}
