import { indexSelect, slice, type Tensor, tensor } from "@leeway/torch";
import type { Blend } from "../data/index.ts";
import type { StepBatch } from "./step.ts";

/** The examples that those of a step are blended with, as the step needs them. */
interface Others {
  /** λ: what the step's own targets count for. */
  readonly lambda: number;
  /** [N] int64 */
  readonly targets: Tensor;
  /** [N], or null where all weigh the same. */
  readonly rowWeights: Tensor | null;
  /** Σ w of them, for all ranks that have a row together; null for a process by itself. */
  readonly total: number | null;
  /** The step's inputs, or its features [N, D], after the blend: one of the two stays as it is. */
  inputs(own: readonly Tensor[]): readonly Tensor[];
  features(own: Tensor): Tensor;
}

/** What a step's examples are blended with: others of their batch, pieces of other images, or null for nothing. */
export function othersOf(batch: StepBatch, device: string): Others | null {
  if (batch.mix !== undefined) return partnersOf(batch, batch.mix, device);
  const { pasted } = batch;
  if (pasted === undefined) return null;
  const { lambda, targets, rowWeights, weight = null } = pasted;
  return {
    ...{ lambda, targets, rowWeights, total: weight },
    inputs: (own) => own.map((each, i) => blended(each, pasted.inputs[i]!, pasted)), // of each as many
    features: (own) => own,
  };
}

/** The rows of a batch that are this rank's; all of them where there is one. */
export function ownRows(rows: Tensor, { share }: StepBatch): Tensor {
  return share === undefined || share.own === rows.shape[0] ? rows : slice(rows, 0, { end: share.own });
}

function partnersOf(batch: StepBatch, mix: NonNullable<StepBatch["mix"]>, device: string): Others {
  const rows = tensor(Int32Array.from(mix.partners), undefined, { dtype: "int64", device });
  const mixed = (each: Tensor): Tensor => blended(ownRows(each, batch), indexSelect(each, 0, rows), mix);
  return {
    lambda: mix.lambda,
    targets: indexSelect(batch.targets, 0, rows),
    rowWeights: batch.rowWeights ? indexSelect(batch.rowWeights, 0, rows) : null,
    total: batch.share?.weight ?? null, // each is a partner once
    inputs: (own) => (mix.of === "inputs" ? own.map(mixed) : own),
    features: (own) => (mix.of === "features" ? mixed(own) : own),
  };
}

/** λ times the values plus 1 - λ times the others'; or the values with a piece of the others'. */
function blended(values: Tensor, others: Tensor, { lambda, piece }: Blend): Tensor {
  const [keep, take] = piece === undefined ? [lambda, 1 - lambda] : masksOf(values, piece);
  const sum = values.mul(keep).add(others.mul(take));
  return values.shape.length === 4 ? sum.contiguous("channels_last") : sum;
}

/** 1 outside a piece of images and 0 in it, [1, 1, H, W], and the opposite. */
function masksOf({ shape, dtype, device }: Tensor, piece: NonNullable<Blend["piece"]>): [Tensor, Tensor] {
  const [height, width] = shape.slice(2) as [number, number];
  const taken = new Float32Array(height * width);
  for (let row = piece.top; row < piece.bottom; row++) {
    taken.fill(1, row * width + piece.left, row * width + piece.right);
  }
  const mask = (values: Float32Array): Tensor => tensor(values, [1, 1, height, width], { dtype, device });
  return [mask(taken.map((value) => 1 - value)), mask(taken)];
}
