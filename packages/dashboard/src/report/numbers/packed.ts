import type { PackedLogits } from "../../../../leeway/src/report/page/report-data.ts";

/** The log-probabilities and labels of a test split, unpacked. */
export interface Scores {
  /** log p of the training frequencies, [N, K] row by row. */
  readonly logProbabilities: Float32Array;
  /** y, [N] */
  readonly labels: Uint16Array;
  /** π, length K. */
  readonly prior: readonly number[];
}

/** Unpacks scores: base64, gzip, float16. */
export async function unpackedScores({ logProbabilities, labels, prior }: PackedLogits): Promise<Scores> {
  const [halves, classes] = await Promise.all([unzipped(logProbabilities), unzipped(labels)]);
  return {
    logProbabilities: decodedHalves(new Uint16Array(halves)),
    labels: new Uint16Array(classes),
    prior,
  };
}

async function unzipped(base64: string): Promise<ArrayBuffer> {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

/**
 * Numbers of float16 bits: a sign, 5 bits of exponent, 10 of fraction.
 *
 * @source IEEE 754-2008, binary16
 */
export function decodedHalves(bits: Uint16Array): Float32Array {
  return Float32Array.from(bits, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 31;
    const fraction = half & 1023;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}
