import { createRequire } from "node:module";
import { allowedThreads } from "./allowed-threads.ts";
import type { DType, TensorData } from "./dtype.ts";
import { TorchError } from "./errors.ts";
import { addonAdvice, builtAddonPath } from "./setup/index.ts";
import type { Tensor } from "./tensor.ts";

/** What the addon can do: the C++ half of this package, and the only place that names its functions. */
export interface Native {
  register(classes: { Tensor: typeof Tensor; TorchError: typeof TorchError }): void;
  resolve(name: string): number;
  call(id: number, ...args: readonly unknown[]): unknown;
  schema(name: string): string;
  fromTypedArray(data: TensorData, shape: readonly number[]): Tensor;
  toTypedArray(tensor: Tensor): TensorData;
  item(tensor: Tensor): number | boolean;
  describe(tensor: Tensor): TensorFacts;
  dispose(tensor: Tensor): void;
  isDisposed(tensor: Tensor): boolean;
  isTensor(value: unknown): value is Tensor;
  isLike(tensor: Tensor, other: Tensor): boolean;
  enterScope(): number;
  exitScope(kept: readonly Tensor[]): void;
  keep(tensor: Tensor): Tensor;
  memory(): { tensors: number; bytes: number };
  backward(root: Tensor, gradient: Tensor | null, retainGraph: boolean): void;
  grad(tensor: Tensor): Tensor | null;
  clearGrad(tensor: Tensor): void;
  setRequiresGrad(tensor: Tensor, on: boolean): void;
  setGradEnabled(on: boolean): boolean;
  setAutocast(on: boolean, device: string): boolean;
  newGenerator(seed: number): object;
  seedDefault(seed: number): void;
  generatorState(generator: object | null): Uint8Array;
  setGeneratorState(generator: object | null, state: Uint8Array): void;
  setThreads(count: number): void;
  threads(): number;
  facts(): { version: string; cuda: boolean; build: string };
}

/** What a tensor says of itself. */
export interface TensorFacts {
  readonly shape: number[];
  readonly dtype: DType;
  readonly device: string;
  readonly requiresGrad: boolean;
  readonly channelsLast: boolean;
}

let loaded: Native | undefined;
let tensorClass: typeof Tensor | undefined;

/**
 * Says which class the addon's tensors are. The class says it of itself as its file is loaded: its methods are made
 * of operators, which are made of this file, so that an import from here would close a circle.
 */
export function provideTensorClass(constructor: typeof Tensor): void {
  tensorClass = constructor;
}

/**
 * The addon, loaded at the first use of an operator, so that importing this package needs no libtorch.
 *
 * The first load also sets libtorch's threads to what this process may use, since libtorch itself may
 * start with one; `OMP_NUM_THREADS` overrides it.
 *
 * @throws TorchError with code "missing" where the addon is not built or cannot be loaded, with the cure
 */
export function native(): Native {
  return (loaded ??= load());
}

function load(): Native {
  if (tensorClass === undefined)
    throw new Error("native: expected tensor.ts to be loaded before an operator.");
  const path = builtAddonPath();
  if (path === undefined) throw new TorchError(addonAdvice(), "missing", "libtorch");
  let addon: Native;
  try {
    addon = createRequire(import.meta.url)(path) as Native;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TorchError(
      `the native part at ${path} does not load: ${reason}. Run: npx leeway setup --rebuild`,
      "missing",
      "libtorch",
    );
  }
  addon.register({ Tensor: tensorClass, TorchError });
  if (process.env["OMP_NUM_THREADS"] === undefined) addon.setThreads(allowedThreads());
  return addon;
}
