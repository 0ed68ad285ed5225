/** Counts different values. */
export interface DistinctCount {
  add(value: number | string): void;
  /** Exact up to {@link maxExact}, beyond to about 1 %. */
  count(): number;
}

/** More values than this are not kept but estimated. */
export const maxExact = 1000;

/** 2^13 registers of a byte: a standard error of 1.04 / √8192. */
const bits = 13;

/**
 * A count of different values in little memory: a set, and where that grows large HyperLogLog, which keeps of the values'
 * hashes the longest runs of zeros. Estimate: α·m² / Σ 2^-run, and m·ln(m / empty registers) below 2.5·m.
 *
 * @source Flajolet et al., HyperLogLog: the analysis of a near-optimal cardinality estimation algorithm (2007), figure 3
 */
export function distinctCount(): DistinctCount {
  let exact: Set<number | string> | undefined = new Set();
  let registers: Uint8Array | undefined;
  const sketch = (into: Uint8Array, value: number | string): void => {
    const hash = typeof value === "number" ? hashNumber(value) : hashText(value);
    const run = Math.clz32(hash << bits) + 1; // at most 33 of which 32 - bits count
    const at = hash >>> (32 - bits);
    if (run > into[at]!) into[at] = Math.min(run, 33 - bits);
  };
  return {
    add: (value) => {
      if (registers !== undefined) sketch(registers, value);
      else if (exact !== undefined && exact.add(value).size > maxExact) {
        registers = new Uint8Array(1 << bits);
        for (const each of exact) sketch(registers, each);
        exact = undefined;
      }
    },
    count: () => exact?.size ?? estimateOf(registers!), // one of the two
  };
}

function estimateOf(registers: Uint8Array): number {
  const m = registers.length;
  let [sum, empty] = [0, 0];
  for (const run of registers) {
    sum += 2 ** -run;
    if (run === 0) empty++;
  }
  const estimate = ((0.7213 / (1 + 1.079 / m)) * m * m) / sum;
  return Math.round(estimate < 2.5 * m && empty > 0 ? m * Math.log(m / empty) : estimate);
}

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

function hashNumber(value: number): number {
  double[0] = value + 0; // -0 is 0
  return mixed(Math.imul(words[0]!, 0x9e3779b1) ^ mixed(words[1]! + 0x7f4a7c15)); // a double is two words
}

function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mixed(hash);
}

/** The last steps of MurmurHash3, which spread each bit over all. */
function mixed(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
