import { createRequire } from "node:module";
import { allowedThreads } from "./allowed-threads.ts";
import type { DeviceMemory, Gpus } from "./device.ts";
import type { DType, TensorData } from "./dtype.ts";
import { TorchError } from "./errors.ts";
import { addonAdvice, builtAddonPath } from "./setup/index.ts";

/**
 * What the addon can do: the C++ half of this package, and the only place that names its functions. Tensors are
 * numbers to it, their handles.
 */
export interface Native {
  register(classes: { TorchError: typeof TorchError }): void;
  resolve(name: string): number;
  signature(id: number): { names: string[]; arguments: number[]; results: number[] };
  call(id: number, ...args: readonly unknown[]): unknown;
  schema(name: string): string;
  wordFor(value: unknown): string;
  fromTypedArray(data: TensorData, shape: readonly number[], pinned: boolean): number;
  toTypedArray(tensor: number): TensorData;
  item(tensor: number): number | boolean;
  shape(tensor: number): number[];
  dtype(tensor: number): DType;
  device(tensor: number): string;
  requiresGrad(tensor: number): boolean;
  channelsLast(tensor: number): boolean;
  dispose(tensor: number): void;
  isDisposed(tensor: number): boolean;
  isLike(tensor: number, other: number): boolean;
  enterScope(): number;
  exitScope(kept: readonly number[]): number[];
  keep(tensor: number): boolean;
  memory(): { tensors: number; bytes: number; gpuBytes: number };
  backward(root: number, gradient: number | null, retainGraph: boolean): void;
  grad(tensor: number): number | null;
  clearGrad(tensor: number): void;
  setRequiresGrad(tensor: number, on: boolean): void;
  setGradEnabled(on: boolean): boolean;
  setAutocast(on: boolean, device: string): boolean;
  newGenerator(seed: number, device: string): object;
  seedDefault(seed: number): void;
  generatorState(generatorOrDevice: object | string): Uint8Array;
  setGeneratorState(generatorOrDevice: object | string, state: Uint8Array): void;
  imageRows(
    pixels: Uint8Array,
    placements: Int32Array,
    boxes: Int32Array,
    changes: Float64Array,
    table: Float32Array,
    hole: Float32Array,
    sizes: Int32Array,
    pinned: boolean,
  ): number;
  vectorRows(
    vectors: Float32Array,
    rows: Uint32Array,
    mean: Float64Array,
    deviation: Float64Array,
    pinned: boolean,
  ): number;
  gatherRows(matrix: Float32Array | Int32Array, width: number, rows: Uint32Array, pinned: boolean): number;
  numberRows(
    columns: readonly Float32Array[],
    rows: Uint32Array,
    mean: Float64Array,
    deviation: Float64Array,
    indicator: Int32Array,
    limit: number,
    pinned: boolean,
  ): number;
  codeRows(
    columns: readonly Int32Array[],
    rows: Uint32Array,
    codes: readonly Int32Array[],
    pinned: boolean,
  ): number;
  mapFile(path: string): ArrayBuffer;
  setThreads(count: number): void;
  threads(): number;
  facts(): { version: string; cuda: boolean; build: string; kernels: string };
  gpus(): Gpus | null;
  deviceMemory(device: string): DeviceMemory | null;
  synchronize(device: string): void;
  emptyCache(device: string): void;
  setReproducible(on: boolean): void;
  distributedBackends(): string[];
  beginJoining(place: {
    readonly rank: number;
    readonly size: number;
    readonly host: string;
    readonly port: number;
    readonly serves: boolean;
    readonly prefix: string;
    readonly interface: string;
    readonly timeout: number;
  }): number;
  joined(joining: number): { group: number; address: string; interface: string } | null;
  beginCollective(group: number, kind: string, tensor: number, more: number): number;
  finishCollective(group: number, pending: number): void;
  leaveGroup(group: number): void;
  newBuckets(group: number, parameters: readonly number[]): number;
  useBuckets(buckets: number, what: "begin" | "finish" | "free"): void;
  shareStatistics(group: number | null): void;
}

let loaded: Native | undefined;

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
  addon.register({ TorchError });
  if (process.env["OMP_NUM_THREADS"] === undefined) addon.setThreads(allowedThreads());
  return addon;
}
