import { copyInto, noGrad, type Tensor } from "@leeway/torch";
import type { Model } from "../models/index.ts";

/** What a network holds besides its parameters: the running statistics of batch normalisation. */
function buffersOf(model: Model): Tensor[] {
  const parameters = new Set(model.parameters());
  return Object.values(model.stateDict()).filter((tensor) => !parameters.has(tensor));
}

/**
 * Keeps a network's running statistics, to be put back after forward passes that must not count.
 *
 * @returns what puts them back; to be called in the same scope
 */
export function keptBuffers(model: Model): () => void {
  const buffers = buffersOf(model);
  const before = buffers.map((buffer) => buffer.clone());
  return () => {
    noGrad(() => {
      buffers.forEach((buffer, i) => copyInto(buffer, before[i]!)); // as many
    });
  };
}
