import { decodedScores, joinedPlanes } from "../../../../leeway/src/report/page/coded-scores.ts";
import type { PackedLogits } from "../../../../leeway/src/report/page/report-data.ts";

/** The log-probabilities and labels of a test split, unpacked. */
export interface Scores {
  /** log p of the training frequencies, [N, k] row by row. */
  readonly logProbabilities: Float32Array;
  /** The classes that they are of, [N, k]; null where they are of all K, in their order. */
  readonly classes: Uint16Array | null;
  /** y, [N] */
  readonly labels: Uint16Array;
  /** π, length K. */
  readonly prior: readonly number[];
}

/** Unpacks scores. */
export async function unpackedScores(packed: PackedLogits): Promise<Scores> {
  const [codes, labels, classes] = await Promise.all([
    numbersOf(packed.logProbabilities),
    numbersOf(packed.labels),
    packed.classes === undefined ? null : numbersOf(packed.classes),
  ]);
  return { logProbabilities: decodedScores(codes), classes, labels, prior: packed.prior };
}

async function numbersOf(base64: string): Promise<Uint16Array> {
  return joinedPlanes(new Uint8Array(await unzipped(base64).arrayBuffer()));
}

/** The bytes of base64 of gzip. */
export function unzipped(base64: string): Response {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i); // a loop: three times as fast as Uint8Array.from
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")));
}
