import { arange, zeros } from "../ops/creation.ts";
import { dropout } from "../ops/dropout.ts";
import { less, where } from "../ops/elementwise.ts";
import { embedding } from "../ops/embedding.ts";
import { lstm } from "../ops/recurrent.ts";
import { cat, unsqueeze } from "../ops/shape.ts";
import type { Tensor } from "../tensor.ts";

/** The layers of an LSTM as {@link paddedLstm} takes them. */
export interface LstmLayers {
  /** weight_ih, weight_hh, bias_ih and bias_hh of each direction of each layer. */
  readonly weights: readonly (readonly Tensor[])[];
  readonly bidirectional: boolean;
  readonly dropout: number;
  readonly training: boolean;
}

/**
 * An LSTM by libtorch's own operator, which devices other than the CPU have kernels for: [N, T, inputSize] to
 * [N, T, directions · hiddenSize].
 *
 * The direction that reads backwards reads sequences turned round within their length; packed sequences do the same, but
 * their backward pass takes many times as long.
 *
 * @param lengths [N] int64, each 1 to T, or null where all are T
 */
export function paddedLstm(input: Tensor, lengths: Tensor | null, layers: LstmLayers): Tensor {
  return lengths === null || !layers.bidirectional
    ? dense(input, layers)
    : withinLengths(input, reversal(input, lengths), layers);
}

function dense(input: Tensor, { weights, bidirectional, dropout: p, training }: LstmLayers): Tensor {
  const zero = zeroState(input, weights);
  const layers = weights.length / (bidirectional ? 2 : 1);
  return lstm(input, [zero, zero], weights.flat(), true, layers, p, training, bidirectional, true)[0];
}

function withinLengths(input: Tensor, order: Tensor, { weights, dropout: p, training }: LstmLayers): Tensor {
  const run = (x: Tensor, each: readonly Tensor[]): Tensor => {
    const zero = zeroState(input, [each]);
    return lstm(x, [zero, zero], each, true, 1, 0, training, false, true)[0];
  };
  let x = input;
  for (let layer = 0; layer < weights.length / 2; layer++) {
    if (layer > 0 && training && p > 0) x = dropout(x, p, true);
    const forwards = run(x, weights[2 * layer]!); // of two directions a layer
    const backwards = run(reordered(x, order), weights[2 * layer + 1]!); // of two directions a layer
    x = cat([forwards, reordered(backwards, order)], 2);
  }
  return x;
}

function zeroState(input: Tensor, weights: LstmLayers["weights"]): Tensor {
  const { dtype, device } = input;
  const hiddenSize = weights[0]![1]!.shape[1]!; // weight_hh is [4H, H]
  return zeros([weights.length, input.shape[0]!, hiddenSize], { dtype, device }); // [N, T, I]
}

/** Where each entry of [N · T, …] stands once every sequence is turned round within its length: [N · T] int64. */
function reversal(input: Tensor, lengths: Tensor): Tensor {
  const [n, t] = input.shape as readonly [number, number];
  const { device } = input;
  const position = unsqueeze(arange(t, { device }), 0); // [1, T]
  const length = unsqueeze(lengths, 1); // [N, 1]
  const turned = where(less(position, length), length.sub(1).sub(position), position); // [N, T]
  return turned.add(unsqueeze(arange(n, { device }).mul(t), 1)).reshape([n * t]);
}

/** The entries of x in the given order. As rows of a table: that lookup has the fastest backward pass. */
function reordered(x: Tensor, order: Tensor): Tensor {
  const [n, t, width] = x.shape as readonly [number, number, number];
  return embedding(x.reshape([n * t, width]), order).reshape([n, t, width]);
}
