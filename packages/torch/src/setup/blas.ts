import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Libtorch } from "./find-libtorch.ts";

/** A library of matrix products; "built-in" where libtorch carries its own, "unknown" where none was recognised. */
export type BlasKind =
  | "openblas-openmp"
  | "openblas-pthread"
  | "openblas-serial"
  | "mkl"
  | "blis"
  | "atlas"
  | "reference"
  | "built-in"
  | "unknown";

/** The BLAS behind libtorch: what it is, and its file with links resolved (null for a built-in one). */
export interface Blas {
  readonly kind: BlasKind;
  readonly file: string | null;
}

/** The folder of libraries of this machine's kind on Debian and its children: `/usr/lib/x86_64-linux-gnu`. */
export function multiarchDir(): string {
  const cpu: Readonly<Record<string, string>> = { x64: "x86_64", arm64: "aarch64", ppc64: "powerpc64le" };
  return `/usr/lib/${cpu[process.arch] ?? process.arch}-linux-gnu`;
}

/**
 * The folder of the OpenMP build of OpenBLAS, to be linked by name, or null where that is not wanted or not there.
 *
 * Debian's libtorch takes whatever `libblas.so.3` the system's alternatives point at, and another package can turn
 * them. The OpenMP build shares its threads with libtorch; the pthread build fights them (4 times slower), the
 * reference BLAS is 15 times slower. A libtorch with a BLAS of its own must not get a second one.
 */
export function blasToLink(
  libtorch: Libtorch,
  { dir = join(multiarchDir(), "openblas-openmp") } = {},
): string | null {
  return usesSystemBlas(libtorch) && existsSync(join(dir, "libblas.so.3")) ? dir : null;
}

/** Whether libtorch asks the system for `libblas.so.3`, as Debian's does. */
export function usesSystemBlas(libtorch: Libtorch): boolean {
  if (process.platform !== "linux") return false;
  const file = join(libtorch.libDir, "libtorch_cpu.so");
  const { status, stdout } = spawnSync("readelf", ["-d", file], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
  });
  // Without binutils there is no compiler either; Debian's is then the likelier answer of a system's libtorch.
  return status === 0 ? stdout.includes("[libblas.so.3]") : libtorch.source === "system";
}

/** The BLAS the system's own links choose, whatever we link: what other programs get. */
export function systemBlas({ dir = multiarchDir() } = {}): Blas | undefined {
  const file = join(dir, "libblas.so.3");
  return existsSync(file) ? { kind: kindOf(realpathSync(file)), file: realpathSync(file) } : undefined;
}

/**
 * The BLAS loaded into a process, from the text of its `/proc/PID/maps` (by default our own).
 *
 * @returns undefined where the system has no such list (macOS)
 */
export function loadedBlas({ maps = ownMaps() } = {}): Blas | undefined {
  if (maps === undefined) return undefined;
  const files = [...new Set(maps.match(/\/\S*\.so[.\d]*$/gm) ?? [])];
  const blas = files.filter((file) =>
    /lib(open)?blas|lib(mkl_rt|mkl_core|blis|tatlas|satlas|cblas)/.test(file),
  );
  // libtorch calls libblas; an OpenBLAS may also be there for somebody else, unless libblas is its thin shell.
  const shell = blas.find((path) => /\/libblas\.so/.test(path));
  const file =
    shell === undefined || kindOf(shell).startsWith("openblas")
      ? (blas.find((path) => path.includes("libopenblas")) ?? shell ?? blas[0])
      : shell;
  if (file !== undefined) return { kind: kindOf(file), file };
  return files.some((path) => path.includes("libtorch_cpu")) ? { kind: "built-in", file: null } : undefined;
}

/** What to do about a slow BLAS, or null where it is a fast one. */
export function blasCure({ kind }: Blas): string | null {
  if (!["openblas-pthread", "openblas-serial", "reference", "atlas"].includes(kind)) return null;
  return "Install libopenblas0-openmp (apt-get install libopenblas0-openmp) and run: npx leeway setup";
}

function kindOf(file: string): BlasKind {
  const folder = dirname(file);
  for (const kind of ["openblas-openmp", "openblas-pthread", "openblas-serial"] as const) {
    if (folder.endsWith(kind)) return kind;
  }
  if (/libmkl/.test(file)) return "mkl";
  if (/blis/.test(file)) return "blis";
  if (/atlas/.test(file)) return "atlas";
  return folder.endsWith("/blas") ? "reference" : "unknown";
}

function ownMaps(): string | undefined {
  return existsSync("/proc/self/maps") ? readFileSync("/proc/self/maps", "utf8") : undefined;
}
