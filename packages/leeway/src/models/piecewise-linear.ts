import { cat, clamp, indexSelect, nn, type Tensor, tensor } from "@leeway/torch";

/**
 * Values [N, F] with, beside each row, how far its values are through the bins of their columns: for a bin from a to b
 * min(1, max(0, (x - a) / (b - a))), so that a linear layer on them is a piecewise linear function of each value, with its
 * bends at the knots.
 *
 * @source Gorishniy et al. 2022 (arXiv:2203.05556), section 3.1; every bin is clamped on both sides here, since the value
 *   itself stands beside them
 */
export class PiecewiseLinear extends nn.Module {
  /** Bins of all columns, B. */
  readonly size: number;
  readonly #columns: Tensor;
  readonly #starts: Tensor;
  readonly #slopes: Tensor;

  /** @param knots of each column of numbers, ascending; two or fewer make no bins, since a line has no bend */
  constructor(knots: readonly (readonly number[])[]) {
    super();
    const bins = knots.flatMap((ends, f) =>
      ends.length <= 2 ? [] : ends.slice(1).map((end, t) => ({ f, start: ends[t]!, end })),
    );
    this.size = bins.length;
    const columns = BigInt64Array.from(bins, ({ f }) => BigInt(f));
    this.#columns = this.buffer("columns", tensor(columns));
    this.#starts = this.buffer("starts", tensor(Float32Array.from(bins, ({ start }) => start)));
    const slopes = Float32Array.from(bins, ({ start, end }) => 1 / (end - start));
    this.#slopes = this.buffer("slopes", tensor(slopes));
  }

  /** [N, F'] to [N, F' + B]. */
  forward(values: Tensor): Tensor {
    const through = indexSelect(values, 1, this.#columns).sub(this.#starts).mul(this.#slopes); // [N, B]
    return cat([values, clamp(through, { min: 0, max: 1 })], 1);
  }
}
