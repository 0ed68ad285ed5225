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
