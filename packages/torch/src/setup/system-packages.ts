import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { multiarchDir, usesSystemBlas } from "./blas.ts";
import { findCompiler } from "./compiler.ts";
import { hasGloo } from "./compiler-flags.ts";
import { findLibtorch, type Libtorch } from "./find-libtorch.ts";
import { aptCommand, installAdvice } from "./install-advice.ts";
import type { OperatingSystem, SystemFamily } from "./operating-system.ts";
import { SetupError } from "./setup-error.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** A Debian package something needed is in, and why we want it. */
export interface WantedPackage {
  readonly name: string;
  readonly why: string;
  /** True where we can do without: it is not installed where the archive has none. */
  readonly optional: boolean;
}

/** Where Debian's package of Fashion-MNIST puts its files. */
const fashionMnistDir = "/usr/share/datasets/fashion-mnist";

/** What is wanted of {@link missingPackages}. */
export interface Wanted {
  readonly env?: Environment;
  /** False where the native part works: what only a build needs is not missing then. */
  readonly build?: boolean;
  /** Whether Fashion-MNIST is wanted too. */
  readonly data?: boolean;
}

/**
 * The Debian packages that would supply what is missing here, in the order in which they are told.
 *
 * Asks for the things themselves, not for package names: a compiler from elsewhere or a pip torch is as good as
 * Debian's.
 *
 * @param family what only Debian has in packages of their own is not missed elsewhere
 * @throws SetupError if `LIBTORCH` names no libtorch
 */
export function missingPackages(
  family: SystemFamily,
  { env = process.env, build = true, data = false }: Wanted = {},
): WantedPackage[] {
  const images = { name: "dataset-fashion-mnist", why: "70,000 small images to train on", optional: true };
  return [
    ...(build ? missingForBuild(family, env) : []),
    ...(family === "debian" && data && !existsSync(fashionMnistDir) ? [images] : []),
  ];
}

function missingForBuild(family: SystemFamily, env: Environment): WantedPackage[] {
  const libtorch = findLibtorch({ env });
  const wantsBlas = family === "debian" && (libtorch === undefined || usesSystemBlas(libtorch));
  const required = (name: string, why: string, isMissing: boolean) =>
    isMissing ? [{ name, why, optional: false }] : [];
  return [
    ...required("g++", "the C++ compiler", findCompiler({ env }).version === null),
    ...required("libtorch-dev", "libtorch with its headers", libtorch === undefined),
    ...required(
      "libopenblas0-openmp",
      "fast matrix products that share libtorch's threads",
      wantsBlas && !existsSync(join(multiarchDir(), "openblas-openmp", "libblas.so.3")),
    ),
    ...(family === "debian" && wantsGloo(libtorch) ? [gloo] : []),
  ];
}

const gloo = { name: "libgloo-dev", why: "headers to train with several processes", optional: true };

/** Of a libtorch that brings its own libraries, Debian's headers would not be those it was built with. */
function wantsGloo(libtorch: Libtorch | undefined): boolean {
  return libtorch === undefined || (libtorch.source === "system" && !hasGloo(libtorch));
}

/**
 * Those of `packages` that apt can install as far as its lists go: all the required, the optional where it knows them.
 * Where apt has no lists yet, all.
 */
export function installable(
  packages: readonly WantedPackage[],
  { env = process.env }: { readonly env?: Environment } = {},
): WantedPackage[] {
  const known = (name: string) => hasCandidate(name, env);
  if (!packages.some(({ optional }) => optional) || !aptHasLists(env)) return [...packages];
  return packages.filter(({ name, optional }) => !optional || known(name));
}

/**
 * Installs packages with apt-get, after refreshing its lists; quiet, unless it fails.
 *
 * @throws SetupError with apt's last lines and the command to run by hand
 */
export function installPackages(
  packages: readonly WantedPackage[],
  system: OperatingSystem,
  {
    env = process.env,
    say = () => undefined,
  }: { readonly env?: Environment; readonly say?: (line: string) => void } = {},
): void {
  if (system.asRoot === null) throw new SetupError("packages", installAdvice(packages, system));
  const apt = (...args: string[]) => {
    // apt waits for another apt (a fresh machine often updates itself) instead of failing at once.
    const command = [
      ...system.asRoot!,
      "env",
      "DEBIAN_FRONTEND=noninteractive",
      "LC_ALL=C",
      "apt-get",
      "-q",
      "-o",
      "DPkg::Lock::Timeout=300",
      ...args,
    ];
    return spawnSync(command[0]!, command.slice(1), {
      env,
      encoding: "utf8",
      stdio: ["inherit", "pipe", "pipe"],
      maxBuffer: 1e8,
    });
  };
  say("Refreshing apt's package lists …");
  const update = apt("update");
  const wanted = installable(packages, { env });
  if (wanted.length === 0) return;
  const size = wanted.some(({ name }) => name === "libtorch-dev")
    ? "libtorch brings some hundred megabytes; this may take minutes"
    : "this may take a minute";
  say(`Installing ${wanted.map(({ name }) => name).join(", ")} (${size}) …`);
  const install = apt("install", "-y", "--no-install-recommends", ...wanted.map(({ name }) => name));
  if (install.status === 0) return;
  const told =
    lastLines(`${update.stdout}${update.stderr}`, /^(E|W|Err|Fehl)/) +
    lastLines(`${install.stdout}${install.stderr}`, /./);
  throw new SetupError(
    "packages",
    `installPackages: expected apt-get to install ${wanted.map(({ name }) => name).join(", ")}, got ` +
      `${install.error === undefined ? `exit status ${install.status ?? "none"}` : install.error.message}. ` +
      `Check the network and the package sources, then run: ${aptCommand(wanted)}\n${told.trimEnd()}`,
    { cause: install.error },
  );
}

function hasCandidate(name: string, env: Environment): boolean {
  return /Candidate: (?!\(none\))/.test(aptPolicy([name], env));
}

/** Whether apt knows a source of packages beside what is installed, by the list it prints of them. */
function aptHasLists(env: Environment): boolean {
  return /^ *\d+ \w+:/m.test(aptPolicy([], env));
}

function aptPolicy(names: readonly string[], env: Environment): string {
  const { status, stdout } = spawnSync("apt-cache", ["policy", ...names], {
    env: { ...env, LC_ALL: "C" },
    encoding: "utf8",
  });
  return status === 0 ? stdout : "";
}

function lastLines(text: string, pattern: RegExp): string {
  const lines = text.split("\n").filter((line) => line !== "" && pattern.test(line));
  return lines
    .slice(-8)
    .map((line) => `  ${line}\n`)
    .join("");
}
