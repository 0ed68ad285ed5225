import { arange, zeros } from "../ops/creation.ts";
import { dropout } from "../ops/dropout.ts";
import { less, where } from "../ops/elementwise.ts";
import { embedding } from "../ops/embedding.ts";
import { lstm } from "../ops/recurrent.ts";
import { cat, unsqueeze } from "../ops/shape.ts";
import type { Generator } from "../random.ts";
import type { Tensor } from "../tensor.ts";
import { requireProbability } from "./dropout.ts";
import { uniform } from "./init.ts";
import { Module } from "./module.ts";

/** What an {@link LSTM} is made from. */
export interface LSTMOptions {
  readonly layers?: number;
  /** Whether each layer also reads backwards. */
  readonly bidirectional?: boolean;
  /** The share of values dropped between layers while training. */
  readonly dropout?: number;
  readonly generator: Generator;
}

/**
 * Long short-term memory: [N, T, inputSize] gives [N, T, directions · hiddenSize]. Parameters have PyTorch's names,
 * shapes and first values, uniform in ±1/√hiddenSize.
 *
 * @source Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000, as in cuDNN and PyTorch
 */
export class LSTM extends Module {
  readonly hiddenSize: number;
  readonly layers: number;
  readonly bidirectional: boolean;
  readonly dropout: number;
  /** weight_ih, weight_hh, bias_ih, bias_hh of each direction of each layer. */
  readonly #weights: readonly (readonly Tensor[])[];

  /** @throws RangeError if `dropout` is not a probability */
  constructor(
    inputSize: number,
    hiddenSize: number,
    { layers = 1, bidirectional = false, dropout: p = 0, generator }: LSTMOptions,
  ) {
    super();
    requireProbability("LSTM", p);
    this.hiddenSize = hiddenSize;
    this.layers = layers;
    this.bidirectional = bidirectional;
    this.dropout = p;
    const directions = bidirectional ? ["", "_reverse"] : [""];
    const bound = 1 / Math.sqrt(hiddenSize);
    this.#weights = Array.from({ length: layers }, (_, layer) => {
      const width = layer === 0 ? inputSize : hiddenSize * directions.length;
      const shapes: readonly [string, readonly number[]][] = [
        ["weight_ih", [4 * hiddenSize, width]],
        ["weight_hh", [4 * hiddenSize, hiddenSize]],
        ["bias_ih", [4 * hiddenSize]],
        ["bias_hh", [4 * hiddenSize]],
      ];
      return directions.map((suffix) =>
        shapes.map(([name, shape]) =>
          this.parameter(`${name}_l${layer}${suffix}`, uniform(shape, bound, generator)),
        ),
      );
    }).flat();
  }

  /**
   * The outputs of the last layer at every position.
   *
   * With `lengths`, sequences end where they end: the direction that reads backwards begins at a sequence's own last
   * entry, so that padding changes nothing. What stands at positions beyond a length has no meaning: do not read it.
   * That is what PyTorch's packed sequences compute; a dense run over sequences turned round within their length does
   * it without their backward pass, which takes many times as long.
   *
   * @param lengths [N] int64, each 1 to T; all of them T by default
   * @throws RangeError if there are not N lengths, or one is no whole number from 1 to T
   */
  forward(input: Tensor, { lengths }: { readonly lengths?: Tensor } = {}): Tensor {
    if (lengths !== undefined) requireLengths(input, lengths);
    return lengths === undefined || !this.bidirectional
      ? this.#dense(input)
      : this.#withinLengths(input, reversal(input, lengths));
  }

  #dense(input: Tensor): Tensor {
    const zero = this.#zeroState(input, this.#weights.length);
    return lstm(
      ...([input, [zero, zero] as const, this.#weights.flat(), true, this.layers] as const),
      ...([this.dropout, this.training, this.bidirectional, true] as const),
    )[0];
  }

  #withinLengths(input: Tensor, order: Tensor): Tensor {
    const zero = this.#zeroState(input, 1);
    const run = (x: Tensor, weights: readonly Tensor[]): Tensor =>
      lstm(x, [zero, zero], weights, true, 1, 0, this.training, false, true)[0];
    let x = input;
    for (let layer = 0; layer < this.layers; layer++) {
      if (layer > 0 && this.training && this.dropout > 0) x = dropout(x, this.dropout, true);
      const forwards = run(x, this.#weights[2 * layer]!);
      const backwards = run(reordered(x, order), this.#weights[2 * layer + 1]!);
      x = cat([forwards, reordered(backwards, order)], 2);
    }
    return x;
  }

  #zeroState(input: Tensor, rows: number): Tensor {
    const { dtype, device } = input;
    return zeros([rows, input.shape[0]!, this.hiddenSize], { dtype, device });
  }
}

/** A longer one would reach into the next example. */
function requireLengths({ shape }: Tensor, lengths: Tensor): void {
  const [n, t] = shape as readonly [number, number];
  const given = lengths.shape.join(", ");
  if (given !== String(n)) {
    throw new RangeError(`LSTM.forward: expected lengths of shape [${n}], got [${given}].`);
  }
  lengths.toNumbers().forEach((length, i) => {
    if (Number.isInteger(length) && length >= 1 && length <= t) return;
    throw new RangeError(
      `LSTM.forward: expected lengths[${i}] to be a whole number from 1 to ${t}, got ${length}.`,
    );
  });
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
