import { autocast, type Tensor, tensor } from "@leeway/torch";
import type { ImageBatch } from "../data/index.ts";
import type { ImageShape } from "../data/index.ts";
import type { Model } from "../models/index.ts";
import type { Precision } from "../recipes/index.ts";

/**
 * The logits of a batch, [N, K], in float32.
 *
 * With bf16 only the features run under autocast: the last layer stays in float32, since eight bits of a
 * cosine times a scale of 30 are too few.
 */
export function forward(model: Model, inputs: Tensor, precision: Precision): Tensor {
  const features = precision === "bf16" ? autocast(() => model.features(inputs)) : model.features(inputs);
  return model.classifier.forward(features.to({ dtype: "float32" }));
}

/** A batch's images as [N, C, H, W]. They lie as NHWC in memory, which is channels_last: nothing is moved. */
export function inputsOf(batch: ImageBatch, { channels, height, width }: ImageShape): Tensor {
  return tensor(batch.inputs, [batch.length, height, width, channels]).permute([0, 3, 1, 2]);
}

/** A batch's targets as int64 [N]. */
export function targetsOf(batch: ImageBatch): Tensor {
  return tensor(batch.targets, [batch.length], { dtype: "int64" });
}
