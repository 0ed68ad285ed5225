import { createRequire } from "node:module";
import { arch, cpus, type } from "node:os";
import { libtorch, threads } from "@leeway/torch";
import { loadedBlas } from "@leeway/torch/setup";
import type { EnvironmentRecord } from "../records/index.ts";

/** The version of this package. */
function leewayVersion(): string {
  const manifest = createRequire(import.meta.url)("../../package.json") as { version: string };
  return manifest.version;
}

/** The processor's model, or its architecture where the system does not name it. */
export function processorName(): string {
  return cpus()[0]?.model.trim() || arch();
}

/** Where a run happens: versions, processor, threads. */
export function environmentRecord(): EnvironmentRecord {
  return {
    leeway: leewayVersion(),
    node: process.versions.node,
    libtorch: libtorch().version,
    blas: loadedBlas()?.kind ?? "unknown",
    cpu: processorName(),
    threads: threads(),
    os: `${type()} ${arch()}`,
  };
}
