import { createRequire } from "node:module";
import { arch, cpus, type } from "node:os";
import { libtorch, threads } from "@leeway/torch";
import { loadedBlas } from "@leeway/torch/setup";
import type { EnvironmentRecord } from "../records/index.ts";

/** The version of this package. */
export function leewayVersion(): string {
  const manifest = createRequire(import.meta.url)("../../package.json") as { version: string };
  return manifest.version;
}

/** Where a run happens: versions, processor, threads. */
export function environmentRecord(): EnvironmentRecord {
  return {
    leeway: leewayVersion(),
    node: process.versions.node,
    libtorch: libtorch().version,
    blas: loadedBlas()?.kind ?? "unknown",
    cpu: cpus()[0]?.model.trim() || arch(),
    threads: threads(),
    os: `${type()} ${arch()}`,
  };
}
