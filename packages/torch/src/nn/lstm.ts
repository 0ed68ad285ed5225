import { full } from "../ops/creation.ts";
import { dropout } from "../ops/dropout.ts";
import { lstmLayer, packSequences, unpackSequences } from "../ops/recurrent.ts";
import type { Generator } from "../random.ts";
import type { Tensor } from "../tensor.ts";
import { requireProbability } from "./dropout.ts";
import { uniform } from "./init.ts";
import { Module } from "./module.ts";
import { paddedLstm } from "./padded-lstm.ts";

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
   *
   * @param lengths [N] int64, each 1 to T; all of them T by default
   * @throws RangeError if there are not N lengths, or one is no whole number from 1 to T; on a device other than the CPU,
   *   where that would have to wait for the device, only the first
   */
  forward(input: Tensor, { lengths }: { readonly lengths?: Tensor } = {}): Tensor {
    if (lengths !== undefined) requireLengths(input, lengths);
    if (input.device !== "cpu") {
      const { bidirectional, dropout: p, training } = this;
      return paddedLstm(input, lengths ?? null, {
        weights: this.#weights,
        bidirectional,
        dropout: p,
        training,
      });
    }
    const [n, t] = input.shape as readonly [number, number];
    const ends = lengths ?? full([n], t, { dtype: "int64" });
    return unpackSequences(this.overRows(packSequences(input, ends), ends), ends, t);
  }

  /**
   * The outputs of the last layer for sequences as rows without padding, see `packSequences`: [R, inputSize] to
   * [R, directions · hiddenSize]. On the CPU only.
   *
   * @param lengths [N] int64
   */
  overRows(rows: Tensor, lengths: Tensor): Tensor {
    const directions = this.bidirectional ? 2 : 1;
    let x = rows;
    for (let layer = 0; layer < this.layers; layer++) {
      if (layer > 0 && this.training && this.dropout > 0) x = dropout(x, this.dropout, true);
      x = lstmLayer(x, lengths, this.#weights.slice(directions * layer, directions * (layer + 1)).flat());
    }
    return x;
  }
}

/** A longer one would reach into the next example. */
function requireLengths({ shape }: Tensor, lengths: Tensor): void {
  const [n, t] = shape as readonly [number, number];
  const given = lengths.shape.join(", ");
  if (given !== String(n)) {
    throw new RangeError(`LSTM.forward: expected lengths of shape [${n}], got [${given}].`);
  }
  if (lengths.device !== "cpu") return;
  lengths.toNumbers().forEach((length, i) => {
    if (Number.isInteger(length) && length >= 1 && length <= t) return;
    throw new RangeError(
      `LSTM.forward: expected lengths[${i}] to be a whole number from 1 to ${t}, got ${length}.`,
    );
  });
}
