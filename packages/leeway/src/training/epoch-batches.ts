import { type Batch, drawMix } from "../data/index.ts";
import type { Stage } from "../imbalance/index.ts";
import { random } from "../random.ts";
import type { Session } from "./session.ts";
import { mixupOf } from "./stage.ts";
import type { StepBatch } from "./step.ts";

/** A batch and what is done with it. */
export interface DrawnBatch extends Pick<StepBatch, "mix" | "rho"> {
  readonly batch: Batch;
}

/**
 * An epoch's batches with their random draws, without the first `skip`: those are drawn all the same, so that the
 * rest gets the numbers it would have got.
 */
export async function* epochBatches(
  session: Session,
  stage: Stage,
  {
    epoch,
    order,
    skip,
  }: { readonly epoch: number; readonly order: ArrayLike<number>; readonly skip: number },
): AsyncGenerator<DrawnBatch, void, undefined> {
  const { recipe, data, method } = session;
  const { rho = 0, cutout = 0 } = method.regularisers ?? {};
  const { seed, batchSize } = recipe;
  const mixup = mixupOf(session, stage);
  const of = data.train.input.kind === "image" ? "inputs" : "features";
  const mixing = random(seed, "mixup", epoch);
  const vary = { random: random(seed, "augment", epoch), cutout: cutout === 0 ? undefined : cutout };
  let drawn = 0;
  for await (const batch of data.train.batches(order, { batchSize, vary })) {
    const mix = mixup === 0 ? undefined : ({ ...drawMix(batch.length, mixup, mixing), of } as const);
    if (drawn++ >= skip) yield { batch, mix, rho: rho === 0 ? undefined : rho };
  }
}
