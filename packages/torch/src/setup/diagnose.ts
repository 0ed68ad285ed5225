import { accessSync, constants, existsSync } from "node:fs";
import { dirname } from "node:path";
import { addonAdvice, addonsDir, builtAddonPath } from "./addon-cache.ts";
import { blasCure, systemBlas, type Blas } from "./blas.ts";
import type { Gpus } from "../device.ts";
import { checkAddon } from "./check-addon.ts";
import { findCompiler } from "./compiler.ts";
import { findLibtorch, type Libtorch } from "./find-libtorch.ts";
import { cudaAdvice, installCommands, recentLibtorch } from "./install-advice.ts";
import { operatingSystem, type OperatingSystem } from "./operating-system.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** One thing the machine should have: what was found of it, and what to do where it is not right. */
export interface Finding {
  readonly name: string;
  /** "missing": nothing can train without it. "warn": it works, but not as well as it could. */
  readonly state: "ok" | "warn" | "missing";
  /** What is there, or what is wrong. */
  readonly found: string;
  /** What to run or set; null where nothing is to be done. */
  readonly cure: string | null;
}

const setup = "npx leeway setup";

/** What {@link diagnose} goes by; each has the machine's own answer as its default. */
export interface DiagnoseOptions {
  readonly env?: Environment;
  readonly system?: OperatingSystem;
  /** Whether there is an NVIDIA GPU with its driver. */
  readonly gpu?: boolean;
}

/** Looks at everything the native part needs, from Node to the BLAS it loads, and at nothing that changes anything. */
export function diagnose({
  env = process.env,
  system = operatingSystem({ env }),
  gpu = existsSync("/dev/nvidiactl"),
}: DiagnoseOptions = {}): Finding[] {
  const addon = builtAddonPath({ env });
  // Once the addon is built, what built it is only needed for the next time.
  const lacking = addon === undefined ? "missing" : "warn";
  return [
    nodeFinding(),
    compilerFinding(env, lacking, system),
    ...libtorchFindings({ env, lacking, system, gpu }),
    cacheFinding(env, lacking),
    ...addonFindings(addon, { env, gpu }),
  ];
}

function nodeFinding(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const recent = major > 20 || (major === 20 && minor >= 19);
  return recent
    ? ok("Node", process.versions.node)
    : missing("Node", process.versions.node, "Install Node 20.19 or later");
}

interface LibtorchQuestion extends Required<DiagnoseOptions> {
  readonly lacking: "warn" | "missing";
}

function compilerFinding(env: Environment, lacking: "warn" | "missing", system: OperatingSystem): Finding {
  const { command, version } = findCompiler({ env });
  if (version !== null) return ok("compiler", version);
  return {
    name: "compiler",
    state: lacking,
    found: `no ${command}`,
    cure: installCure("g++", lacking, system),
  };
}

function libtorchFindings({ env, lacking, system, gpu }: LibtorchQuestion): Finding[] {
  let libtorch: Libtorch | undefined;
  try {
    libtorch = findLibtorch({ env });
  } catch (error) {
    const cure = env["LIBTORCH"] ? "Correct or unset LIBTORCH" : recentLibtorch(system.family);
    return [missing("libtorch", (error as Error).message, cure)];
  }
  if (libtorch !== undefined) {
    const { version, source, libDir, cuda } = libtorch;
    const found = `${version}${platformWords(libtorch)}, from ${sources[source]} (${libDir})`;
    const unused = { name: "GPU", state: "warn", found: "NVIDIA, but libtorch has no CUDA" } as const;
    return [ok("libtorch", found), ...(gpu && !cuda ? [{ ...unused, cure: cudaAdvice(system) }] : [])];
  }
  const found = "none: LIBTORCH is not set, Python has no torch with headers, the system has none";
  return [{ name: "libtorch", state: lacking, found, cure: installCure("libtorch-dev", lacking, system) }];
}

/** `setup` where it may install and, as something must be built, would; else what it would tell to run. */
function installCure(name: string, lacking: "warn" | "missing", { family, asRoot }: OperatingSystem): string {
  const installs = family === "debian" && asRoot !== null && lacking === "missing";
  return installs ? setup : installCommands([{ name }], family).join("; ");
}

const sources: Readonly<Record<Libtorch["source"], string>> = {
  LIBTORCH: "LIBTORCH",
  python: "Python's torch",
  system: "the system",
};

function cacheFinding(env: Environment, lacking: "warn" | "missing"): Finding {
  const dir = addonsDir(env);
  let nearest = dir;
  while (!existsSync(nearest)) nearest = dirname(nearest);
  try {
    accessSync(nearest, constants.W_OK);
    return ok("cache", dir);
  } catch {
    return {
      name: "cache",
      state: lacking,
      found: `${nearest} cannot be written`,
      cure: "Set LEEWAY_CACHE to a folder of yours",
    };
  }
}

function addonFindings(
  addon: string | undefined,
  { env, gpu }: Pick<LibtorchQuestion, "env" | "gpu">,
): Finding[] {
  if (addon === undefined)
    return [missing("native part", addonAdvice({ env }), setup), blasFinding(undefined)];
  const { loads, version, reason, blas, gpus, backends } = checkAddon(addon, { env });
  const built = ok("native part", addon);
  if (!loads) return [built, missing("loads", `no: ${reason ?? "it says nothing"}`, `${setup} --rebuild`)];
  const loaded = ok("loads", version === undefined ? "yes" : `yes, libtorch ${version}`);
  const gpuFindings = gpus === null ? [] : [gpuFinding(gpus, gpu)];
  return [built, loaded, blasFinding(blas), ...gpuFindings, ranksFinding(backends)];
}

/** Whether several processes can train one network; nobody misses it who does not. */
function ranksFinding(backends: readonly string[]): Finding {
  if (backends.length > 0) return ok("ranks", backends.join(", "));
  const found = "none: built without Gloo, so that one process trains by itself";
  return { ...ok("ranks", found), cure: `apt-get install libgloo-dev, then ${setup}` };
}

/**
 * What of GPUs a libtorch with a part for them can use.
 *
 * @param gpu whether there is one, with its driver
 */
export function gpuFinding(gpus: Gpus, gpu: boolean): Finding {
  if (gpus.devices.length > 0) return ok("GPU", gpuWords(gpus));
  const why = gpus.reason ?? "it does not say why";
  if (!gpu) return ok("GPU", `none: ${why}`);
  const cure =
    "Update the driver to one of this libtorch's CUDA or later (nvidia-smi says which it is), or take a libtorch of an " +
    "older CUDA; in a container, start it with the GPUs";
  return { name: "GPU", state: "warn", found: `NVIDIA, but libtorch cannot use it: ${why}`, cure };
}

/** "NVIDIA H200 (139.8 GB), CUDA 13.0, cuDNN 9.19.0, driver 580.159.03"; several divided by "; ". */
export function gpuWords({ platform, runtime, cudnn, driver, devices }: Gpus): string {
  const each = devices.map(({ name, memory }, i) => {
    const index = devices.length === 1 ? "" : `cuda:${i} `;
    return `${index}${name}${memory === null ? "" : ` (${(memory / 2 ** 30).toFixed(1)} GB)`}`;
  });
  const versions = [
    runtime === null ? platform : `${platform} ${runtime}`,
    ...(cudnn === null ? [] : [`cuDNN ${cudnn}`]),
    ...(driver === null ? [] : [`driver ${driver}`]),
  ];
  return [each.join("; "), ...versions].join(", ");
}

/** What a libtorch computes on beside the CPU, for a line that names it: " with CUDA". */
export function platformWords({ cuda, rocm }: Pick<Libtorch, "cuda" | "rocm">): string {
  if (cuda) return " with CUDA";
  return rocm ? " with ROCm" : "";
}

/** Of the BLAS that is loaded or, before there is an addon, of the one that would be. */
function blasFinding(loaded: Blas | undefined): Finding {
  const blas = loaded ?? systemBlas();
  if (blas === undefined) return ok("BLAS", process.platform === "darwin" ? "the system's" : "none yet");
  const cure = blasCure(blas);
  const found = `${blas.kind}${blas.file === null ? "" : ` (${blas.file})`}${loaded === undefined ? ", by the system's choice" : ""}`;
  return cure === null
    ? ok("BLAS", found)
    : { name: "BLAS", state: "warn", found: `${found}: slow here`, cure };
}

function ok(name: string, found: string): Finding {
  return { name, state: "ok", found, cure: null };
}

function missing(name: string, found: string, cure: string): Finding {
  return { name, state: "missing", found, cure };
}
