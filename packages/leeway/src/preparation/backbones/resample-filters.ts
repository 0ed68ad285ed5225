/** A way to weigh the pixels that one pixel is made of. */
interface Filter {
  /** How far it reaches to each side, in pixels of the smaller of the two images. */
  readonly support: number;
  readonly weight: (x: number) => number;
}

/** The filters of Pillow's resize but "nearest", which weighs nothing. */
export const filters = {
  box: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  hamming: { support: 1, weight: hamming },
  bicubic: { support: 2, weight: bicubic },
  lanczos: { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
} as const satisfies Readonly<Record<string, Filter>>;

function hamming(x: number): number {
  const at = Math.abs(x);
  if (at === 0) return 1;
  if (at >= 1) return 0;
  const angle = at * Math.PI;
  return (Math.sin(angle) / angle) * (0.54 + 0.46 * Math.cos(angle));
}

function bicubic(x: number): number {
  const a = -0.5;
  const at = Math.abs(x);
  if (at < 1) return ((a + 2) * at - (a + 3)) * at * at + 1;
  return at < 2 ? (((at - 5) * at + 8) * at - 4) * a : 0;
}

function sinc(x: number): number {
  const angle = x * Math.PI;
  return angle === 0 ? 1 : Math.sin(angle) / angle;
}

/** Bits after the point of a weight: what is left of 32 beside 8 of a pixel and 2 for sums. */
export const fractionBits = 22;

/** Which pixels each pixel along one side is made of. */
export interface Weights {
  /** Room for the weights of one pixel. */
  readonly width: number;
  /** [size], the first pixel of each. */
  readonly first: Int32Array;
  /** [size], how many. */
  readonly count: Int32Array;
  /** [size, width] in units of 2^-22 */
  readonly values: Int32Array;
}

/**
 * The weights by which a side of `from` pixels becomes one of `to`: where it shrinks, a filter grows as much, so that
 * every pixel counts.
 *
 * @source Pillow's Resample.c: precompute_coeffs, normalize_coeffs_8bpc
 */
export function filterWeights({ support, weight }: Filter, from: number, to: number): Weights {
  const scale = from / to;
  const grown = Math.max(1, scale);
  const reach = support * grown;
  const width = 2 * Math.ceil(reach) + 1;
  const [first, count] = [new Int32Array(to), new Int32Array(to)];
  const values = new Int32Array(to * width);
  const own = new Float64Array(width);
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - reach + 0.5));
    const length = Math.min(from, Math.trunc(centre + reach + 0.5)) - start;
    let sum = 0;
    for (let k = 0; k < length; k++) {
      own[k] = weight((k + start - centre + 0.5) * (1 / grown));
      sum += own[k]!;
    }
    for (let k = 0; k < length; k++) {
      const share = (sum === 0 ? own[k]! : own[k]! / sum) * 2 ** fractionBits;
      values[i * width + k] = Math.trunc(share < 0 ? share - 0.5 : share + 0.5);
    }
    first[i] = start;
    count[i] = length;
  }
  return { width, first, count, values };
}
