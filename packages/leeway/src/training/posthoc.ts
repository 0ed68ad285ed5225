import { norm, pow, type Tensor, tensor } from "@leeway/torch";
import { logitOffsets } from "../imbalance/index.ts";
import type { Session } from "./session.ts";

/**
 * The logits as a method reads them after training. A loss that multiplies logits by s was trained on s · z, so of z
 * itself a prior takes τ log π / s.
 *
 * @param logits [N, K]
 * @source prior: Menon et al. 2021 (arXiv:2007.07314), eq. 9; norm: Kang et al. 2020 (arXiv:1910.09217), eq. 4
 */
export function posthocLogits({ method, model, data, device }: Session, logits: Tensor): Tensor {
  const { priorTau, normTau } = method.posthoc ?? {};
  let read = logits;
  if (normTau !== undefined && "bias" in model.classifier && model.classifier.bias) {
    const { weight, bias } = model.classifier;
    read = read.sub(bias).div(pow(norm(weight, 1), normTau));
  }
  if (priorTau !== undefined) {
    const offsets = Float32Array.from(logitOffsets(data.counts, { tau: priorTau / method.scale }));
    read = read.sub(tensor(offsets, undefined, { device }));
  }
  return read;
}
