import { closeSync, openSync, readSync } from "node:fs";
import { channels } from "./decode.ts";

/** What is taken off each channel, pixels in 0..1, and what it is divided by. */
export interface ChannelStatistics {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** Images that are looked at: more would hardly move the third digit. */
const maxSeen = 1000;

/**
 * Mean and deviation of each channel over the images at `places` of a cache's file, or over 1,000 of them, evenly
 * apart, where there are more.
 *
 * @param bytes of an image
 */
export function channelStatistics(
  path: string,
  places: ArrayLike<number>,
  { bytes }: { readonly bytes: number },
): ChannelStatistics {
  const seen = Math.min(maxSeen, places.length);
  const image = new Uint8Array(bytes);
  const counts = Array.from({ length: channels }, () => new Float64Array(256));
  const file = openSync(path, "r");
  try {
    for (let i = 0; i < seen; i++) {
      const place = places[Math.floor((i * places.length) / seen)]!;
      readSync(file, image, 0, bytes, place * bytes);
      for (let j = 0; j < bytes; j++) counts[j % channels]![image[j]!]!++;
    }
  } finally {
    closeSync(file);
  }
  const moments = counts.map(momentsOf);
  return { mean: moments.map(({ mean }) => mean), std: moments.map(({ std }) => std) };
}

/** The moments of values v/255 that came `counts[v]` times; a channel that never changes is left as it is. */
function momentsOf(counts: Float64Array): { readonly mean: number; readonly std: number } {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const mean = counts.reduce((sum, count, value) => sum + (count * value) / 255, 0) / total;
  const variance = counts.reduce((sum, count, value) => sum + count * (value / 255 - mean) ** 2, 0) / total;
  const std = Math.sqrt(variance);
  return { mean, std: std > 1e-6 ? std : 1 };
}
