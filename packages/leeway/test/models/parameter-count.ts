import type { nn } from "@leeway/torch";

/** The number of values a model learns. */
export function parameterCount(model: nn.Module): number {
  return model
    .parameters()
    .reduce((total, { shape }) => total + shape.reduce((product, size) => product * size, 1), 0);
}
