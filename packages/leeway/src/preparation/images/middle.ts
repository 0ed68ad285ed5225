import { decodedChannels, type ImageSteps } from "./image-steps.ts";

/**
 * The middle of a decoded image, [side, side, C]; grey where the network takes one channel.
 *
 * @param stored [size, size, 3]
 */
export function middle(
  stored: Uint8Array,
  { size, side, channels: wanted }: Pick<ImageSteps, "size" | "side" | "channels">,
): Uint8Array {
  const from = (size - side) >> 1;
  const part = new Uint8Array(side * side * wanted);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const at = ((y + from) * size + x + from) * decodedChannels;
      const to = (y * side + x) * wanted;
      const [r = 0, g = 0, b = 0] = stored.subarray(at, at + decodedChannels);
      if (wanted === 1) part[to] = Math.round(0.299 * r + 0.587 * g + 0.114 * b);
      else part.set([r, g, b], to);
    }
  }
  return part;
}
