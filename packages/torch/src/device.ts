import { native } from "./native.ts";

/** What the linked libtorch says of itself. */
export interface LibtorchFacts {
  readonly version: string;
  /** Whether it can use a CUDA device. */
  readonly cuda: boolean;
  /** How it was built: several lines. */
  readonly build: string;
  /** The vector instructions that operators on the CPU use: libtorch's own, and those of `leeway::`. */
  readonly capability: { readonly libtorch: string; readonly kernels: string };
}

/**
 * The linked libtorch. `ATEN_CPU_CAPABILITY` (default, avx2, avx512) chooses vector instructions, where it is set before
 * the first operator.
 */
export function libtorch(): LibtorchFacts {
  const { kernels, ...facts } = native().facts();
  const [, theirs = "unknown"] = /CPU capability usage: (.*)/.exec(facts.build) ?? [];
  return { ...facts, capability: { libtorch: theirs, kernels } };
}

/** What libtorch can use of GPUs: the devices "cuda:0", "cuda:1", …, and what drives them. */
export interface Gpus {
  /** AMD's are called "cuda", too. */
  readonly platform: "CUDA" | "ROCm";
  /** Of CUDA or ROCm: "13.0". */
  readonly runtime: string | null;
  /** "9.19.0"; null where there is none. */
  readonly cudnn: string | null;
  /** "580.159.03"; null where it does not say. */
  readonly driver: string | null;
  /** Why there are no devices, in the driver's words. */
  readonly reason: string | null;
  readonly devices: readonly Gpu[];
}

/** One GPU. */
export interface Gpu {
  readonly name: string;
  /** All its bytes; null where unknown. */
  readonly memory: number | null;
  /** The compute capability, "9.0"; null for AMD's. */
  readonly capability: string | null;
  /** Whether it multiplies in bfloat16. */
  readonly bf16: boolean;
}

/** Bytes of a device's memory. */
export interface DeviceMemory {
  readonly free: number;
  readonly total: number;
}

/** The GPUs that libtorch can use; null where it is one for the CPU alone. */
export function gpus(): Gpus | null {
  return native().gpus();
}

/** The GPU of a device's name, "cuda" being the first; undefined for the CPU, and for one that is not there. */
export function gpuAt(device: string): Gpu | undefined {
  return device === "cpu" ? undefined : gpus()?.devices[Number(device.split(":")[1] ?? 0)];
}

/** The memory of a GPU, which must be there; null for the CPU, and where its libraries do not say. */
export function deviceMemory(device: string): DeviceMemory | null {
  return native().deviceMemory(device);
}

/**
 * Waits until a device has done all that was queued: a GPU computes while the program goes on, so that a clock is right
 * only after this. Nothing on the CPU.
 */
export function synchronize(device: string): void {
  native().synchronize(device);
}

/**
 * Gives the memory that libtorch keeps for later tensors back to the GPU, for other programs; from libtorch 2.9 on, and
 * nothing before or on the CPU.
 */
export function emptyCache(device: string): void {
  native().emptyCache(device);
}

/**
 * Makes GPUs compute the same bits in every run, or as fast as they can; for this process, before its first product.
 *
 * Either way fp32 is fp32: libtorch would compute convolutions in TF32, with 10 bits of mantissa. An operator that has
 * no reproducible form says so once, on stderr.
 */
export function setReproducible(on: boolean): void {
  native().setReproducible(on);
}
