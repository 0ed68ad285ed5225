import { argmax, eq, indexSelect, optim, scope, type Tensor, tensor } from "@leeway/torch";
import type { Mix } from "../data/index.ts";
import { weightedMean } from "../losses/index.ts";
import { keptBuffers } from "./buffers.ts";
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

/** What a step gave. */
export interface StepOutcome {
  /** The weighted loss before the update. */
  readonly loss: number;
  /** ‖g‖₂ over all parameters; not computed, NaN, where the loss is not finite. */
  readonly gradientNorm: number;
  /** How many examples were right, of their own targets. */
  readonly correct: number;
}

/**
 * One step: forward, loss, backward, update. Where the loss or the gradient is not finite, there is no update.
 *
 * With mixup the loss is λ times that of the examples' own targets plus 1 - λ times that of their partners'. Images
 * are mixed themselves; of everything else the features [N, D] are.
 * With SAM the gradient is taken a second time, at the worst point within ρ, which leaves the running statistics of
 * batch normalisation alone.
 */
export function trainingStep(session: StepSession, batch: StepBatch): StepOutcome {
  return scope(() => {
    const { optimizer } = session;
    optimizer.zeroGrad();
    const objective = objectiveOf(session, batch);
    const { logits, mean } = objective();
    const loss = mean.item();
    const correct = eq(argmax(logits, 1), batch.targets).sum().item();
    if (!Number.isFinite(loss)) return { loss, gradientNorm: Number.NaN, correct };
    mean.backward();
    let gradientNorm = optim.gradientNorm(optimizer.parameters);
    if (batch.rho !== undefined && Number.isFinite(gradientNorm)) {
      const back = optim.ascend(optimizer.parameters, batch.rho);
      const putBack = keptBuffers(session.model); // statistics are those at the weights, not at the worst point
      optimizer.zeroGrad();
      objective().mean.backward();
      putBack();
      back();
      gradientNorm = optim.gradientNorm(optimizer.parameters);
    }
    if (Number.isFinite(gradientNorm)) optimizer.step();
    return { loss, gradientNorm, correct };
  });
}

/** What a step lowers, as a function of the weights as they then are. To be called in the scope of its tensors. */
function objectiveOf(session: StepSession, batch: StepBatch): () => { logits: Tensor; mean: Tensor } {
  const { loss, device } = session;
  const { targets, classWeights, mix } = batch;
  const partners = mix && tensor(Int32Array.from(mix.partners), undefined, { dtype: "int64", device });
  const mixedOf = (each: Tensor, what: "inputs" | "features"): Tensor =>
    mix?.of === what && partners ? mixed(each, partners, mix.lambda) : each;
  const inputs = batch.inputs.map((input) => mixedOf(input, "inputs"));
  const others = partners && indexSelect(targets, 0, partners);
  return () => {
    const features = mixedOf(featuresOf(session, inputs), "features"); // [N, D]
    const logits = session.model.classifier.forward(features); // [N, K]
    const mean = weightedMean(loss(logits, targets), targets, classWeights);
    if (!mix || !others) return { logits, mean };
    const theirs = weightedMean(loss(logits, others), others, classWeights);
    return { logits, mean: mean.mul(mix.lambda).add(theirs.mul(1 - mix.lambda)) };
  };
}

function mixed(values: Tensor, partners: Tensor, lambda: number): Tensor {
  const sum = values.mul(lambda).add(indexSelect(values, 0, partners).mul(1 - lambda));
  return values.shape.length === 4 ? sum.contiguous("channels_last") : sum;
}
