import { TorchError } from "./errors.ts";
import { native } from "./native.ts";
import type { Tensor } from "./tensor.ts";

let read: (value: object) => number = () => 0;
let write: (to: TensorHandle, handle: number) => void = () => undefined;

/**
 * What makes a tensor one of libtorch's: its number in the addon's table of living tensors, which nothing outside this
 * file can read or set. 0 in one that was made by `new`.
 */
export abstract class TensorHandle {
  #handle = 0;

  static {
    read = (value) => (#handle in value ? value.#handle : 0);
    write = (to, handle) => {
      to.#handle = handle;
    };
  }
}

let tensorClass: (new () => Tensor) | undefined;
let openScopes = 0;

/**
 * Says which class tensors are. The class says it of itself as its file is loaded: its methods are made of operators,
 * which are made of this file, so that an import from here would close a circle.
 */
export function provideTensorClass(constructor: new () => Tensor): void {
  tensorClass = constructor;
}

/** The handle of a tensor, also of one that has died; 0 of everything else. */
export function handleOf(value: unknown): number {
  return typeof value === "object" && value !== null ? read(value) : 0;
}

/** @throws TorchError where `value` is no tensor; `where` names the function, `what` the value */
export function requireHandle(value: unknown, where: string, what = "a Tensor"): number {
  const handle = handleOf(value);
  if (handle !== 0) return handle;
  throw new TorchError(`expected ${what}, got ${native().wordFor(value)}`, "argument", where);
}

/** The tensor that a handle, fresh from the addon, stands for. */
export function tensorOf(handle: number): Tensor {
  if (tensorClass === undefined)
    throw new Error("handle: expected tensor.ts to be loaded before an operator.");
  const made = new tensorClass();
  write(made, handle);
  if (openScopes === 0) releaseWithGarbage(made);
  return made;
}

/** Frees a tensor that no scope owns once nothing refers to it. Once for each. */
function releaseWithGarbage(tensor: Tensor): void {
  garbage.register(tensor, handleOf(tensor));
}

const garbage = new FinalizationRegistry<number>((handle) => {
  native().dispose(handle);
});

/** Takes a tensor out of all scopes. */
export function takeFromScopes(tensor: Tensor): void {
  if (native().keep(requireHandle(tensor, "keep"))) releaseWithGarbage(tensor);
}

/** Begins a scope: what is made from now on dies with it. */
export function openScope(): void {
  native().enterScope();
  openScopes++;
}

/** Ends the innermost scope; `kept` moves to the one outside. */
export function closeScope(kept: readonly Tensor[]): void {
  openScopes--;
  const handles = kept.map(handleOf);
  for (const free of native().exitScope(handles)) {
    const tensor = kept[handles.indexOf(free)];
    if (tensor !== undefined) releaseWithGarbage(tensor);
  }
}
