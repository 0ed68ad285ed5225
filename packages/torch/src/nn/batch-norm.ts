import { noGrad } from "../autograd.ts";
import { sharesStatistics } from "../distributed/shared-statistics.ts";
import { ones, tensor, zeros } from "../ops/creation.ts";
import { addScalarInPlace } from "../ops/elementwise.ts";
import { batchNormAct, batchNormActTwice } from "../ops/normalization.ts";
import type { Tensor } from "../tensor.ts";
import { Module } from "./module.ts";

/**
 * Batch normalisation of [N, channels, H, W]: each channel to mean 0 and variance 1 over the batch, then
 * scaled and shifted. Evaluating uses the running statistics instead of the batch's, and so does a batch of a single
 * value a channel, which has no variance; such a batch leaves them as they are.
 *
 * @source Ioffe and Szegedy 2015 (arXiv:1502.03167)
 */
export class BatchNorm2d extends Module {
  readonly weight: Tensor;
  readonly bias: Tensor;
  readonly runningMean: Tensor;
  readonly runningVar: Tensor;
  readonly numBatchesTracked: Tensor;
  readonly momentum: number;
  readonly eps: number;

  /** @param momentum the share of a new batch in the running statistics */
  constructor(channels: number, { momentum = 0.1, eps = 1e-5 } = {}) {
    super();
    this.weight = this.parameter("weight", ones([channels]));
    this.bias = this.parameter("bias", zeros([channels]));
    this.runningMean = this.buffer("running_mean", zeros([channels]));
    this.runningVar = this.buffer("running_var", ones([channels]));
    this.numBatchesTracked = this.buffer("num_batches_tracked", tensor(BigInt64Array.of(0n), []));
    this.momentum = momentum;
    this.eps = eps;
  }

  /**
   * The normalised input, plus a residual of its shape, through ReLU: both where they are wanted, in the same passes over
   * memory.
   */
  forward(input: Tensor, after: AfterNorm = {}): Tensor {
    return batchNormAct(...this.#arguments(input, after));
  }

  /** The result of {@link forward} twice, for two uses: see `batchNormActTwice`. */
  forwardTwice(input: Tensor, after: AfterNorm = {}): readonly [Tensor, Tensor] {
    return batchNormActTwice(...this.#arguments(input, after));
  }

  #arguments(input: Tensor, { residual = null, relu = false }: AfterNorm): Parameters<typeof batchNormAct> {
    const values = input.shape.reduce((product, size, axis) => (axis === 1 ? product : product * size), 1);
    const training = this.training && (values > 1 || sharesStatistics());
    if (training) noGrad(() => addScalarInPlace(this.numBatchesTracked, 1));
    const { weight, bias, runningMean, runningVar, momentum, eps } = this;
    return [input, residual, weight, bias, runningMean, runningVar, training, momentum, eps, relu];
  }
}

/** What follows a normalisation at once. */
export interface AfterNorm {
  readonly residual?: Tensor | null;
  readonly relu?: boolean;
}
