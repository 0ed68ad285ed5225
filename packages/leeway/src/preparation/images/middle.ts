import { decodedChannels, type ImageSteps } from "./image-steps.ts";

/**
 * The middle of a decoded image, [side, side, C]; grey where the network takes one channel. It is the image itself where
 * nothing is taken off.
 *
 * @param stored [size, size, 3]
 */
export function middle(
  stored: Uint8Array,
  { size, side, channels: wanted }: Pick<ImageSteps, "size" | "side" | "channels">,
): Uint8Array {
  const from = (size - side) >> 1;
  if (wanted === decodedChannels && side === size) return stored;
  const part = new Uint8Array(side * side * wanted);
  for (let y = 0; y < side; y++) {
    const start = ((y + from) * size + from) * decodedChannels;
    const row = stored.subarray(start, start + side * decodedChannels);
    if (wanted === decodedChannels) part.set(row, y * row.length);
    else for (let x = 0; x < side; x++) part[y * side + x] = greyOf(row, x * decodedChannels);
  }
  return part;
}

/** Luma of the pixel that begins at a place, by ITU-R BT.601. */
function greyOf(colours: Uint8Array, at: number): number {
  return Math.round(0.299 * colours[at]! + 0.587 * colours[at + 1]! + 0.114 * colours[at + 2]!); // three a pixel
}
