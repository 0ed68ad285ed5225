import { noGrad } from "../autograd.ts";
import { fillInPlace } from "../ops/elementwise.ts";
import { embedding } from "../ops/embedding.ts";
import { slice } from "../ops/shape.ts";
import type { Generator } from "../random.ts";
import type { Tensor } from "../tensor.ts";
import { normal } from "./init.ts";
import { Module } from "./module.ts";

/** What an {@link Embedding} is made from. */
export interface EmbeddingOptions {
  /** The row that stands for nothing: it starts at 0 and does not learn. */
  readonly paddingIdx?: number;
  /** Deviation of the first values; PyTorch's is 1. */
  readonly deviation?: number;
  readonly generator: Generator;
}

/** A vector for each of `count` things: indices of any shape, int64, give that shape with `size` more. Normal weights. */
export class Embedding extends Module {
  readonly weight: Tensor;
  readonly paddingIdx: number | null;

  /** @throws RangeError if `paddingIdx` is not one of the rows */
  constructor(count: number, size: number, { paddingIdx, deviation = 1, generator }: EmbeddingOptions) {
    super();
    if (
      paddingIdx !== undefined &&
      !(Number.isInteger(paddingIdx) && paddingIdx >= 0 && paddingIdx < count)
    ) {
      throw new RangeError(
        `Embedding: expected paddingIdx to be a whole number from 0 to ${count - 1}, got ${paddingIdx}.`,
      );
    }
    this.paddingIdx = paddingIdx ?? null;
    this.weight = this.parameter("weight", normal([count, size], deviation, generator));
    if (paddingIdx !== undefined) {
      noGrad(() => fillInPlace(slice(this.weight, 0, { start: paddingIdx, end: paddingIdx + 1 }), 0));
    }
  }

  forward(indices: Tensor): Tensor {
    return embedding(this.weight, indices, this.paddingIdx ?? -1);
  }
}
