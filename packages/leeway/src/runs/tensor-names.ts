import type { Tensor } from "@leeway/torch";

/** Tensors under one name of their own: `weight` becomes `model.weight`. */
export function prefixed(prefix: string, tensors: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [`${prefix}.${name}`, tensor]));
}

/** The tensors that {@link prefixed} put under a name. */
export function part(prefix: string, tensors: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  const inside = Object.entries(tensors).filter(([name]) => name.startsWith(`${prefix}.`));
  return Object.fromEntries(inside.map(([name, tensor]) => [name.slice(prefix.length + 1), tensor]));
}
