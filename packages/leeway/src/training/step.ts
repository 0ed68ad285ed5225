import { argmax, eq, indexSelect, optim, scope, type Tensor, tensor } from "@leeway/torch";
import type { Mix } from "../data/index.ts";
import { weightedMean } from "../losses/index.ts";
import { featuresOf, type ForwardSession } from "./forward.ts";
import type { Session } from "./session.ts";

/** What a step reads of a session. */
export type StepSession = ForwardSession & Pick<Session, "optimizer" | "loss">;

/** One batch as a step takes it. */
export interface StepBatch {
  /** What the model's features are computed from. */
  readonly inputs: readonly Tensor[];
  /** [N] int64 */
  readonly targets: Tensor;
  /** [K], or null where all classes count the same. */
  readonly classWeights: Tensor | null;
  /** Mixup's draw, and what it mixes; none where left out. */
  readonly mix?: (Mix & { readonly of: "inputs" | "features" }) | undefined;
  /** SAM's radius ρ; none where left out. */
  readonly rho?: number | undefined;
}

/**
 * One step: forward, loss, backward, update.
 *
 * With mixup, of images themselves, of everything else by its features [N, D], the loss is λ times that of the examples' own targets plus 1 - λ times that of their partners'.
 * With SAM the gradient is taken a second time, at the worst point within ρ.
 *
 * @returns the weighted loss before the update, and how many examples were right (of their own targets)
 */
export function trainingStep(
  session: StepSession,
  batch: StepBatch,
): { readonly loss: number; readonly correct: number } {
  return scope(() => {
    const { optimizer, loss, device } = session;
    const { targets, classWeights, mix, rho } = batch;
    const partners = mix && tensor(Int32Array.from(mix.partners), undefined, { dtype: "int64", device });
    const mixedOf = (each: Tensor, what: "inputs" | "features"): Tensor =>
      mix?.of === what && partners ? mixed(each, partners, mix.lambda) : each;
    const inputs = batch.inputs.map((input) => mixedOf(input, "inputs"));
    const others = partners && indexSelect(targets, 0, partners);
    const objective = (): { logits: Tensor; mean: Tensor } => {
      const features = mixedOf(featuresOf(session, inputs), "features"); // [N, D]
      const logits = session.model.classifier.forward(features); // [N, K]
      const mean = weightedMean(loss(logits, targets), targets, classWeights);
      if (!mix || !others) return { logits, mean };
      const theirs = weightedMean(loss(logits, others), others, classWeights);
      return { logits, mean: mean.mul(mix.lambda).add(theirs.mul(1 - mix.lambda)) };
    };
    optimizer.zeroGrad();
    const { logits, mean } = objective();
    mean.backward();
    if (rho !== undefined) {
      const back = optim.ascend(optimizer.parameters, rho);
      optimizer.zeroGrad();
      objective().mean.backward();
      back();
    }
    optimizer.step();
    return { loss: mean.item(), correct: eq(argmax(logits, 1), targets).sum().item() };
  });
}

function mixed(values: Tensor, partners: Tensor, lambda: number): Tensor {
  const sum = values.mul(lambda).add(indexSelect(values, 0, partners).mul(1 - lambda));
  return values.shape.length === 4 ? sum.contiguous("channels_last") : sum;
}
