import { clamp, crossEntropy, expm1, pow } from "@leeway/torch";
import { expected } from "../errors.ts";
import type { Loss } from "./loss.ts";

/**
 * Focal loss: cross entropy that counts less the surer the network already is.
 *
 *     ℓ(z, y) = (1 - p_y)^γ · (-log p_y),   p = softmax(z)
 *
 * p comes from the plain cross entropy. The authors' LDAM code takes it from the weighted one, which is no
 * probability any more; class weights belong outside, in `weightedMean`.
 *
 * @param gamma γ, at least 0; 0 is cross entropy
 * @throws ArgumentError if gamma is negative
 * @source Lin et al. 2017 (arXiv:1708.02002), eq. 4
 */
export function focalLoss({ gamma = 1 } = {}): Loss {
  if (!(gamma >= 0 && gamma < Infinity)) throw expected("focalLoss", "gamma", "to be at least 0", gamma);
  return (logits, targets) => {
    const entropy = crossEntropy(logits, targets, { reduction: "none" }); // [N]: -log p_y
    // 1 - p = -expm1(log p) keeps its digits where p is near 1; the bound keeps the power's slope finite there.
    const doubt = clamp(expm1(entropy.neg()).neg(), { min: 1e-12 });
    return pow(doubt, gamma).mul(entropy);
  };
}
