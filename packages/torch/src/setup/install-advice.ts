import type { OperatingSystem, SystemFamily } from "./operating-system.ts";
import type { WantedPackage } from "./system-packages.ts";

type Named = Pick<WantedPackage, "name">;

/** The command a person can run to the same end as `installPackages`. */
export function aptCommand(packages: readonly Named[]): string {
  const root = process.getuid?.() === 0 ? "" : "sudo ";
  const names = packages.map(({ name }) => name).join(" ");
  return `${root}apt-get update && ${root}apt-get install -y --no-install-recommends ${names}`;
}

/** What to run where we cannot or may not install: lines for a person. */
export function installAdvice(
  packages: readonly WantedPackage[],
  { family, title }: Pick<OperatingSystem, "family" | "title">,
): string {
  const missing = packages.map(
    ({ name, why }) => `${family === "debian" ? name : (plainNames[name] ?? name)} (${why})`,
  );
  return [
    `Missing: ${missing.join("; ")}.`,
    `On ${title}, run:`,
    ...installCommands(packages, family).map((line) => `  ${line}`),
  ].join("\n");
}

/** What supplies these on a system of that family, a line each; packages go by Debian's names. */
export function installCommands(packages: readonly Named[], family: SystemFamily): string[] {
  if (family === "debian") return [aptCommand(packages)];
  const lacksTools = packages.some(({ name }) => name !== "libtorch-dev");
  const lacksLibtorch = packages.some(({ name }) => name === "libtorch-dev");
  return [...(lacksTools ? [tools[family]] : []), ...(lacksLibtorch ? [recentLibtorch(family)] : [])];
}

/** What supplies a libtorch newer than the system has, or on a system that has none. */
export function recentLibtorch(family: SystemFamily): string {
  return libtorch[family] ?? pip;
}

/** What supplies a libtorch with CUDA; `setup` itself installs only the one without. */
export function cudaAdvice({ family }: Pick<OperatingSystem, "family">): string {
  if (family === "macos") return "There is no CUDA on macOS.";
  const debian =
    "Debian 13 has a libtorch with CUDA in contrib: libtorch-cuda-dev, which replaces libtorch-dev. Else unpack one ";
  const from = family === "debian" ? debian : "Unpack a libtorch with CUDA ";
  return `${from}from https://pytorch.org and set LIBTORCH to its folder. Then run: npx leeway setup`;
}

const tools: Readonly<Record<Exclude<SystemFamily, "debian">, string>> = {
  fedora: "sudo dnf install gcc-c++",
  arch: "sudo pacman -S --needed gcc",
  alpine: "apk add g++",
  macos: "xcode-select --install",
  other: "Install a C++20 compiler with your system's packages",
};

// In an environment of its own: many systems forbid pip to install into theirs (PEP 668).
const pip =
  "python3 -m venv ~/torch && . ~/torch/bin/activate && python3 -m pip install torch   " +
  "(or unpack libtorch from https://pytorch.org and set LIBTORCH to its folder)";

const libtorch: Readonly<Partial<Record<SystemFamily, string>>> = {
  arch: "sudo pacman -S --needed python-pytorch",
  alpine: "PyTorch's builds ask for glibc, which Alpine has not: use a Debian image such as node:22-bookworm",
  macos: "brew install pytorch",
};

const plainNames: Readonly<Record<string, string>> = {
  "libtorch-dev": "libtorch",
  "libopenblas0-openmp": "OpenBLAS",
  "dataset-fashion-mnist": "Fashion-MNIST",
};
