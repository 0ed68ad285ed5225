import { type Gpu, gpuAt, gpus } from "@leeway/torch";
import { cudaAdvice, gpuWords, operatingSystem } from "@leeway/torch/setup";
import type { Precision } from "../recipe/index.ts";
import { usageError } from "./options.ts";

/** What commander gives, or a run's record. */
interface DeviceFlags {
  readonly device?: string | undefined;
  readonly nondeterministic?: boolean | undefined;
}

/**
 * Where and how a command is to compute. What is impossible is said before data are read, and not in libtorch's words.
 *
 * @param precision what is to be computed there
 * @throws RunError with code "usage" for a device that is not there or cannot compute so
 */
export function requestedDevice(
  { device = "cpu", nondeterministic = false }: DeviceFlags,
  precision: Precision,
): { readonly device: string; readonly reproducible: boolean } {
  if (!/^(cpu|cuda(:\d+)?)$/.test(device)) {
    throw usageError("--device", "cpu, cuda or cuda:N", device, "AMD's GPUs are called cuda, too.");
  }
  if (device === "cpu") {
    if (nondeterministic) throw usageError("--nondeterministic", "a GPU, --device cuda", device, cpuAdvice);
    return { device, reproducible: true };
  }
  const { name, capability, bf16 } = requireGpu(device);
  if (precision === "bf16" && !bf16) {
    const what = `fp32 on ${name}, whose compute capability is ${capability ?? "unknown"}`;
    throw usageError("--precision", what, precision, "bf16 needs 8.0 or later.");
  }
  return { device, reproducible: !nondeterministic };
}

const cpuAdvice = "The CPU's results are the same in every run, and no slower for it.";

/** The GPU of a name. */
function requireGpu(device: string): Gpu {
  const found = gpus();
  if (found === null) {
    const advice = `"leeway doctor" says which libtorch is used. ${cudaAdvice(operatingSystem())}`;
    throw usageError("--device", "cpu, as this libtorch has no CUDA", device, advice);
  }
  const { devices, reason } = found;
  if (devices.length === 0) {
    const what = `cpu, as libtorch finds no GPU (${reason ?? "it does not say why"})`;
    throw usageError("--device", what, device, '"leeway doctor" says more.');
  }
  const gpu = gpuAt(device);
  if (gpu !== undefined) return gpu;
  const last = devices.length - 1;
  const what = `${last === 0 ? "cuda:0, the only GPU" : `cuda:0 to cuda:${last}`}: ${gpuWords(found)}`;
  throw usageError("--device", what, device);
}
