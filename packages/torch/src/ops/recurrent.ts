import { op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

/**
 * A long short-term memory over whole sequences, [N, T, I] where `batchFirst`, else [T, N, I].
 *
 * `state` is [h₀, c₀], each [layers · directions, N, H]; `parameters` are weight_ih, weight_hh and, `hasBiases`,
 * bias_ih and bias_hh of each direction of each layer in turn. Gives the outputs, [N, T, directions · H], h and c.
 */
export const lstm = op<
  [
    input: Tensor,
    state: readonly [Tensor, Tensor],
    parameters: readonly Tensor[],
    hasBiases: boolean,
    layers: number,
    dropout: number,
    training: boolean,
    bidirectional: boolean,
    batchFirst: boolean,
  ],
  [output: Tensor, hidden: Tensor, cell: Tensor]
>("aten::lstm.input");

/**
 * Sequences [N, T, …] as rows [R, …] without padding, R the sum of the lengths: the first entries of all sequences,
 * longest first, then the second ones, and so on.
 *
 * `lengths`, of this and all operators of such rows: [N] int64, each 1 to T. On the CPU only.
 */
export const packSequences = op<[padded: Tensor, lengths: Tensor], Tensor>("leeway::pack_sequences");

/** Rows [R, …] of {@link packSequences} as sequences [N, T, …] again, 0 beyond a length. */
export const unpackSequences = op<[rows: Tensor, lengths: Tensor, time: number], Tensor>(
  "leeway::unpack_sequences",
);

/** The largest value of each column over the rows of each sequence: [R, D] to [N, D]; NaN where there is one. */
export const maxOfSequences = op<[rows: Tensor, lengths: Tensor], Tensor>("leeway::max_of_sequences");

/**
 * A layer of a long short-term memory over rows of {@link packSequences}: [R, I] to [R, directions · H].
 *
 * `weights` are weight_ih, weight_hh, bias_ih and bias_hh of one direction or of both. Of bfloat16 rows, and under
 * autocast, the factors of matrix products are bfloat16 and so is the result; gates and cells stay float32.
 */
export const lstmLayer = op<[rows: Tensor, lengths: Tensor, weights: readonly Tensor[]], Tensor>(
  "leeway::lstm_layer",
);
