import { type BackboneSteps, inputSize } from "../../preparation/index.ts";

/** Memory that threads share, in slots of one image each: the images of a backbone all have one size. */
export interface SlotMemory {
  readonly memory: SharedArrayBuffer;
  /** Numbers of an image. */
  readonly numbers: number;
  readonly type: "float32" | "uint8";
}

/** Memory of so many slots; null where the size of inputs follows the images. */
export function slotMemory({ image }: BackboneSteps, slots: number): SlotMemory | null {
  const { processing } = image!; // of images
  if ("side" in processing) {
    const numbers = processing.side ** 2 * processing.channels;
    return { memory: new SharedArrayBuffer(slots * numbers), numbers, type: "uint8" };
  }
  const size = inputSize(processing);
  if (size === null) return null;
  const numbers = size.width * size.height * 3;
  return { memory: new SharedArrayBuffer(slots * numbers * 4), numbers, type: "float32" };
}

/** The image of a slot. */
export function slotOf({ memory, numbers, type }: SlotMemory, slot: number): Float32Array | Uint8Array {
  return type === "uint8"
    ? new Uint8Array(memory, slot * numbers, numbers)
    : new Float32Array(memory, slot * numbers * 4, numbers);
}
