// The network for tables as it is measured, and rows for it.
import { Generator, keep, randn, tensor } from "@leeway/torch";
import { Mlp } from "../packages/leeway/dist/models/index.js";

/** Columns of numbers, sizes of categories, classes. */
export const setting = { numeric: 30, categories: [3, 4, 8, 13, 25, 51, 201, 901], classes: 5 };

/** The network, always with the same weights. */
export function makeNetwork() {
  const { classes, ...sizes } = setting;
  return new Mlp(classes, { ...sizes, classifier: "linear", generator: new Generator(0) });
}

/**
 * Rows of noise, and codes of which the first tells the class now and then; batch after batch.
 *
 * @returns values [B, N, F] float32, codes [B, N, G] int64, targets [B, N] int64
 */
export function makeRows(batchCount, batchSize) {
  const { numeric, categories, classes } = setting;
  let state = 1;
  const below = (count) => (state = (state * 48_271) % 2_147_483_647) % count;
  const rows = batchCount * batchSize;
  const targets = BigInt64Array.from({ length: rows }, () => BigInt(below(classes)));
  const codes = BigInt64Array.from({ length: rows * categories.length }, (_, i) => {
    const [row, g] = [Math.floor(i / categories.length), i % categories.length];
    return g === 0 && below(2) === 0 ? targets[row] % 3n : BigInt(below(categories[g]));
  });
  const shape = [batchCount, batchSize];
  return {
    values: keep(randn([...shape, numeric], { generator: new Generator(1) })),
    codes: keep(tensor(codes, [...shape, categories.length])),
    targets: keep(tensor(targets, shape)),
  };
}
