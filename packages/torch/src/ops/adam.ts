import { op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

type Tensors = readonly Tensor[];

/**
 * A step of Adam for a whole list of parameters, in place.
 *
 * p ← shrink · p, g' = g + decay · p, m ← β₁m + (1 - β₁)g', v ← β₂v + (1 - β₂)g'²,
 * p ← p - rate · m/(1 - β₁ᵗ) / (√(v/(1 - β₂ᵗ)) + ε), where t is `steps`, this one included.
 */
export const adamStep = op<
  [
    parameters: Tensors,
    gradients: Tensors,
    means: Tensors,
    squares: Tensors,
    rate: number,
    beta1: number,
    beta2: number,
    eps: number,
    decay: number,
    shrink: number,
    steps: number,
  ],
  undefined
>("leeway::adam_");
