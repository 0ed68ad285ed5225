import { adamInPlace } from "../ops/optimizer.ts";
import type { Tensor } from "../tensor.ts";
import { type GroupRule, type Learned, Optimizer } from "./optimizer.ts";

/** What {@link Adam} and {@link AdamW} are made from. */
export interface AdamOptions {
  readonly lr?: number;
  readonly betas?: readonly [number, number];
  readonly eps?: number;
  readonly weightDecay?: number;
}

/**
 * Adam: steps of the gradient's running mean over the root of its running square, both corrected for
 * starting at zero. `weightDecay` is added to the gradient. Steps are counted for all parameters together:
 * one whose first gradient comes late is corrected as if it had been there from the start.
 *
 * @source Kingma and Ba 2015 (arXiv:1412.6980), algorithm 1
 */
export class Adam extends Optimizer {
  readonly betas: readonly [number, number];
  readonly eps: number;

  /** @throws RangeError for a beta outside [0, 1), or a negative option */
  constructor(
    parameters: Learned,
    { lr = 1e-3, betas = [0.9, 0.999], eps = 1e-8, weightDecay = 0 }: AdamOptions = {},
  ) {
    super(parameters, { lr, weightDecay });
    betas.forEach((beta, i) => {
      if (!(beta >= 0 && beta < 1)) {
        throw new RangeError(`Adam: expected betas[${i}] to be at least 0 and below 1, got ${beta}.`);
      }
    });
    if (!(eps >= 0)) throw new RangeError(`Adam: expected eps to be at least 0, got ${eps}.`);
    this.betas = betas;
    this.eps = eps;
  }

  protected override slotNames(): readonly string[] {
    return ["exp_avg", "exp_avg_sq"];
  }

  protected update(indices: readonly number[], { lr, weightDecay }: GroupRule): void {
    this.descend(indices, { lr, decay: weightDecay, shrink: 1 });
  }

  /** The step itself: `decay` of the parameters in their gradients, and what they are multiplied by before. */
  protected descend(
    indices: readonly number[],
    { lr, decay, shrink }: { readonly lr: number; readonly decay: number; readonly shrink: number },
  ): void {
    const parameters = indices.map((index) => this.parameters[index]!); // indices of parameters
    const [beta1, beta2] = this.betas;
    const slots = (name: string): Tensor[] => indices.map((index) => this.slot(name, index));
    const [means, squares] = [slots("exp_avg"), slots("exp_avg_sq")];
    const { eps, steps } = this;
    adamInPlace(parameters, means, squares, lr, beta1, beta2, eps, decay, shrink, steps);
  }
}

/**
 * Adam with decoupled decay: parameters shrink by lr · weightDecay, apart from the gradient.
 *
 * @source Loshchilov and Hutter 2019 (arXiv:1711.05101), algorithm 2
 */
export class AdamW extends Adam {
  constructor(parameters: Learned, { weightDecay = 0.01, ...options }: AdamOptions = {}) {
    super(parameters, { ...options, weightDecay });
  }

  protected override update(indices: readonly number[], { lr, weightDecay }: GroupRule): void {
    this.descend(indices, { lr, decay: 0, shrink: 1 - lr * weightDecay });
  }
}
