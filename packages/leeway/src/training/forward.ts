import { autocast, type Tensor, tensor } from "@leeway/torch";
import type { Batch, BatchArray } from "../data/index.ts";
import type { Session } from "./session.ts";

/** What a forward pass reads of a session. */
export type ForwardSession = Pick<Session, "model" | "device"> & {
  readonly recipe: Pick<Session["recipe"], "precision">;
};

/**
 * What the last layer is given of a batch, [N, D], in float32.
 *
 * With bf16 only the features run under autocast: the last layer stays in float32, since eight bits of a
 * cosine times a scale of 30 are too few.
 */
export function featuresOf({ model, recipe, device }: ForwardSession, inputs: readonly Tensor[]): Tensor {
  const compute = (): Tensor => model.features(...inputs);
  const features = recipe.precision === "bf16" ? autocast(compute, { device }) : compute();
  return features.to({ dtype: "float32" });
}

/** A batch's inputs. Images lie as NHWC in memory, which is channels_last, seen as [N, C, H, W]: nothing is moved. */
export function inputsOf(batch: Batch, device: string): Tensor[] {
  return batch.inputs.map((input) => inputOf(input, device));
}

function inputOf({ values, shape, layout }: BatchArray, device: string): Tensor {
  if (values instanceof Int32Array) return tensor(values, shape, { dtype: "int64", device });
  const input = tensor(values, shape, { device });
  return layout === "channels-last" ? input.permute([0, 3, 1, 2]) : input;
}

/** A batch's targets as int64 [N]. */
export function targetsOf(batch: Batch, device: string): Tensor {
  return tensor(batch.targets, [batch.length], { dtype: "int64", device });
}
