import { spawnSync } from "node:child_process";
import type { Gpus } from "../device.ts";
import { loadedBlas, type Blas } from "./blas.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What came of loading an addon in a process of its own. */
export interface AddonCheck {
  readonly loads: boolean;
  /** libtorch's own version, as the loaded library says it; undefined where it does not load. */
  readonly version: string | undefined;
  /** Why it does not load, in one line; undefined where it does. */
  readonly reason: string | undefined;
  /** The BLAS that came with it; undefined where that cannot be seen (macOS) or nothing loaded. */
  readonly blas: Blas | undefined;
  /** The GPUs that it can use; null where libtorch is one for the CPU alone, or nothing loaded. */
  readonly gpus: Gpus | null;
  /** What it joins processes with: "gloo", "nccl"; nothing where it was built without, or does not load. */
  readonly backends: readonly string[];
}

/**
 * Loads an addon in a child process: a crash while loading is then reported, not suffered.
 *
 * @param addon absolute path of a .node file
 */
export function checkAddon(
  addon: string,
  { env = process.env }: { readonly env?: Environment } = {},
): AddonCheck {
  const child = spawnSync(process.execPath, ["-e", loadAndTell, addon], {
    env,
    encoding: "utf8",
    timeout: 300_000, // with CUDA it is gigabytes, from a disk that may be cold
  });
  if (child.status === 0) {
    const told = JSON.parse(child.stdout) as Told;
    const blas = told.maps === null ? undefined : loadedBlas({ maps: told.maps });
    return {
      loads: true,
      version: told.version,
      reason: undefined,
      blas,
      gpus: told.gpus ?? null,
      backends: told.backends ?? [],
    };
  }
  const errorLine =
    child.stderr
      .trim()
      .split("\n")
      .find((line) => line.includes("Error")) ?? child.stderr.trim();
  const reason = child.signal === null ? errorLine : `it ends the process with ${child.signal}`;
  return { loads: false, version: undefined, reason, blas: undefined, gpus: null, backends: [] };
}

/** What the child process prints. */
interface Told {
  readonly version?: string;
  readonly maps: string | null;
  readonly gpus?: Gpus | null;
  readonly backends?: readonly string[];
}

const loadAndTell = `
  const addon = require(process.argv[1]);
  const fs = require("node:fs");
  const maps = fs.existsSync("/proc/self/maps") ? fs.readFileSync("/proc/self/maps", "utf8") : null;
  console.log(JSON.stringify({ version: addon.facts?.().version, maps, gpus: addon.gpus?.(), backends: addon.distributedBackends?.() }));
`;
