import { autocast, type Tensor, tensor } from "@leeway/torch";
import type { ImageBatch, ImageShape } from "../data/index.ts";
import type { Session } from "./session.ts";

/** What a forward pass reads of a session. */
export type ForwardSession = Pick<Session, "model" | "device"> & {
  readonly recipe: Pick<Session["recipe"], "precision">;
};

/**
 * The logits of a batch, [N, K], in float32.
 *
 * With bf16 only the features run under autocast: the last layer stays in float32, since eight bits of a
 * cosine times a scale of 30 are too few.
 */
export function forward(session: ForwardSession, inputs: Tensor): Tensor {
  return session.model.classifier.forward(featuresOf(session, inputs));
}

/** What the last layer is given of a batch, [N, D], in float32. */
export function featuresOf({ model, recipe, device }: ForwardSession, inputs: Tensor): Tensor {
  const features =
    recipe.precision === "bf16" ? autocast(() => model.features(inputs), { device }) : model.features(inputs);
  return features.to({ dtype: "float32" });
}

/** A batch's images as [N, C, H, W]. They lie as NHWC in memory, which is channels_last: nothing is moved. */
export function inputsOf(batch: ImageBatch, { channels, height, width }: ImageShape, device: string): Tensor {
  const shape = [batch.length, height, width, channels];
  return tensor(batch.inputs, shape, { device }).permute([0, 3, 1, 2]);
}

/** A batch's targets as int64 [N]. */
export function targetsOf(batch: ImageBatch, device: string): Tensor {
  return tensor(batch.targets, [batch.length], { dtype: "int64", device });
}
