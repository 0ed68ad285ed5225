import { op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

// One call for all parameters of a network. Gradients are read where the parameters keep them, without a tensor in
// JavaScript for each.
type Tensors = readonly Tensor[];

/** The indices of the parameters that have a gradient. */
export const withGradient = op<[parameters: Tensors], number[]>("leeway::with_gradient");

/**
 * v ← momentum · v + g + weightDecay · p, then p ← p - lr · v, or with Nesterov p ← p - lr · (g + weightDecay · p +
 * momentum · v). Parameters without a gradient stay.
 *
 * @param velocities v of each parameter; none where momentum is 0
 */
export const sgdInPlace = op<
  [
    parameters: Tensors,
    velocities: Tensors,
    lr: number,
    momentum: number,
    nesterov: boolean,
    weightDecay: number,
  ],
  undefined
>("leeway::sgd_");

/**
 * A step of Adam. p ← shrink · p, g' = g + decay · p, m ← β₁m + (1 - β₁)g', v ← β₂v + (1 - β₂)g'², then
 * p ← p - lr · m/(1 - β₁ᵗ) / (√(v/(1 - β₂ᵗ)) + ε), where t is `steps`, this one included. Parameters without a gradient
 * stay.
 *
 * @param means m of each parameter
 * @param squares v of each parameter
 */
export const adamInPlace = op<
  [
    parameters: Tensors,
    means: Tensors,
    squares: Tensors,
    lr: number,
    beta1: number,
    beta2: number,
    eps: number,
    decay: number,
    shrink: number,
    steps: number,
  ],
  undefined
>("leeway::adam_");

/** ‖g‖₂ over the gradients of all parameters that have one, as one vector: float64, [] on their device. */
export const gradientNormOf = op<[parameters: Tensors], Tensor>("leeway::gradient_norm");

/**
 * What a training step reads of the device, in one tensor, [3] float64: the loss, how many rows of the logits [N, K] are
 * largest at their target, and the norm of the parameters' gradients.
 */
export const stepNumbers = op<[loss: Tensor, logits: Tensor, targets: Tensor, parameters: Tensors], Tensor>(
  "leeway::step_numbers",
);
