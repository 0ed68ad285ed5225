import { createRequire } from "node:module";
import { arch, cpus, type } from "node:os";
import { gpuAt, gpus, libtorch, threads } from "@leeway/torch";
import { loadedBlas } from "@leeway/torch/setup";
import type { EnvironmentRecord, GpuRecord } from "../records/index.ts";
import type { ComputeOptions } from "../training/index.ts";

/** The version of this package. */
export function leewayVersion(): string {
  const manifest = createRequire(import.meta.url)("../../package.json") as { version: string };
  return manifest.version;
}

/** The processor's model, or its architecture where the system does not name it. */
export function processorName(): string {
  return cpus()[0]?.model.trim() || arch();
}

/** Where a run happens: versions, processor, threads, and the device that computes. */
export function environmentRecord({
  device = "cpu",
  reproducible = true,
  group = null,
}: ComputeOptions = {}): EnvironmentRecord {
  const { version, capability } = libtorch();
  const gpu = gpuRecord(device, reproducible);
  return {
    leeway: leewayVersion(),
    node: process.versions.node,
    libtorch: version,
    blas: loadedBlas()?.kind ?? "unknown",
    cpu: processorName(),
    threads: threads(),
    capability,
    os: `${type()} ${arch()}`,
    device,
    ...(gpu && { gpu }),
    ...(group !== null && group.size > 1 && { ranks: group.size }),
  };
}

/** The GPU of a device's name; undefined for the CPU, and for one that is not there, which libtorch will refuse. */
function gpuRecord(device: string, reproducible: boolean): GpuRecord | undefined {
  const name = gpuAt(device)?.name;
  const found = name === undefined ? null : gpus();
  if (found === null || name === undefined) return undefined;
  const { platform, runtime, cudnn, driver } = found;
  return {
    name,
    runtime: runtime === null ? platform : `${platform} ${runtime}`,
    ...(cudnn !== null && { cudnn }),
    ...(driver !== null && { driver }),
    reproducible,
  };
}
