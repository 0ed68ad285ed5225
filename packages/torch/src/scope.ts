import { synchronous } from "./autograd.ts";
import { closeScope, handleOf, openScope, takeFromScopes } from "./handle.ts";
import { native } from "./native.ts";
import type { Tensor } from "./tensor.ts";

/**
 * Runs `body` and frees every tensor it made, except those in what it returns.
 *
 * V8 cannot see what a tensor costs and frees its wrapper too late: one training step would reach
 * gigabytes. What is returned (a tensor, or arrays and plain objects of them) moves to the scope outside.
 * What is held elsewhere must be said with {@link keep}.
 *
 * @throws TypeError if `body` returns a promise: a scope ends when `body` returns, so it must be synchronous
 */
export function scope<Result>(body: () => Result): Result {
  openScope();
  const kept: Tensor[] = [];
  try {
    const result = synchronous("scope", body());
    collectTensors(result, kept, new Set());
    return result;
  } finally {
    closeScope(kept);
  }
}

/** Takes a tensor out of all scopes: it lives until `dispose`, or until nothing refers to it. */
export function keep(tensor: Tensor): Tensor {
  takeFromScopes(tensor);
  return tensor;
}

/**
 * What the living tensors of JavaScript cost: their number, and the bytes behind them in this process and on GPUs, views
 * counted once.
 */
export function memory(): { readonly tensors: number; readonly bytes: number; readonly gpuBytes: number } {
  return native().memory();
}

function collectTensors(value: unknown, into: Tensor[], seen: Set<object>): void {
  if (typeof value !== "object" || value === null || seen.has(value)) return;
  seen.add(value);
  if (handleOf(value) !== 0) into.push(value as Tensor);
  else if (Array.isArray(value)) for (const element of value) collectTensors(element, into, seen);
  else if (isPlain(value)) for (const element of Object.values(value)) collectTensors(element, into, seen);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
