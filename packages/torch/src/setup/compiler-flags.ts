import { existsSync } from "node:fs";
import { join } from "node:path";
import { multiarchDir } from "./blas.ts";
import type { Libtorch } from "./find-libtorch.ts";

/** What an addon is compiled and linked against. */
export interface Linkage {
  readonly libtorch: Libtorch;
  /** Folder of the BLAS to ask for by name, or null. */
  readonly blasDir: string | null;
}

/** The machine the compiler is to build for. */
export interface Target {
  readonly platform?: NodeJS.Platform;
  readonly arch?: string;
}

/** What the compiler is told whatever libtorch it builds against; counts as part of the sources. */
export function commonFlags({ platform = process.platform, arch = process.arch }: Target = {}): string[] {
  return [
    // libtorch refuses an older standard from 2.13 on, and takes this one from 1.13.
    ...["-std=c++20", "-O2", "-fPIC", "-pthread"],
    // libtorch throws, and its casts need run-time types, whatever CXX has as its default.
    ...["-fexceptions", "-frtti", "-fvisibility=hidden"],
    // The oldest Node-API with all we call: one build serves every Node since.
    "-DNAPI_VERSION=8",
    "-DNAPI_CPP_EXCEPTIONS",
    // An exception that is no Napi::Error, such as bad_alloc, may leave a function without a guard.
    "-DNODE_ADDON_API_CPP_EXCEPTIONS_ALL",
    // A worker that is being ended takes no exception; without this that would end the whole process.
    "-DNODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS",
    ...(platform === "darwin" ? macosFlags(arch) : linuxFlags),
  ];
}

// Node itself supplies Node-API, when it loads the addon: on macOS the linker has to be told.
function macosFlags(arch: string): string[] {
  const cpu = arch === "x64" ? "x86_64" : arch;
  return [
    "-bundle",
    ...["-undefined", "dynamic_lookup"],
    ...["-arch", cpu],
    "-stdlib=libc++",
    "-mmacosx-version-min=11.0",
  ];
}

const linuxFlags = [
  "-shared",
  // RPATH and not RUNPATH: only the former also holds for the libraries libtorch itself asks for.
  "-Wl,--disable-new-dtags",
  // No symbol of ours is in libtorch_cuda: it registers its kernels as it is loaded.
  "-Wl,--no-as-needed",
];

/** What the compiler is told of libtorch before the source: where its headers are, and its `std::string`. */
export function headerFlags(
  { libtorch }: Linkage,
  { platform = process.platform }: Pick<Target, "platform"> = {},
): string[] {
  const abi = platform === "linux" ? [`-D_GLIBCXX_USE_CXX11_ABI=${libtorch.cxx11Abi ? 1 : 0}`] : [];
  const ranks = platform === "linux" && hasGloo(libtorch) ? ["-DUSE_C10D_GLOO"] : [];
  return [...abi, ...ranks, ...libtorch.includeDirs.map((dir) => `-I${dir}`)];
}

/**
 * Whether the addon can join several processes: libtorch's headers for that, and beside them those of gloo, which its
 * own include. A gloo from elsewhere would not be the one that libtorch was built with.
 */
export function hasGloo({ includeDirs }: Pick<Libtorch, "includeDirs">): boolean {
  const header = "torch/csrc/distributed/c10d/ProcessGroupGloo.hpp";
  return includeDirs.some((dir) => existsSync(join(dir, header)) && existsSync(join(dir, "gloo/context.h")));
}

/** What the linker is told after the source: where libtorch and the BLAS are, now and when they are loaded. */
export function libraryFlags(
  { libtorch, blasDir }: Linkage,
  { platform = process.platform }: Pick<Target, "platform"> = {},
): string[] {
  // libopenblas too: libblas asks for it by a path that LD_LIBRARY_PATH overrules.
  const blasNames = ["libopenblas.so.0", "libblas.so.3", "liblapack.so.3"];
  const blasFiles = blasDir === null ? [] : blasNames.filter((file) => existsSync(join(blasDir, file)));
  // Of a system's libtorch, the OpenMP build also stands in the path where it is not installed yet: once it is, it
  // wins without a new build.
  const openmp =
    blasDir ?? (libtorch.source === "system" ? join(multiarchDir(), "openblas-openmp") : undefined);
  const rpath = platform === "linux" && openmp !== undefined ? [openmp, libtorch.libDir] : [libtorch.libDir];
  return [
    ...rpath.map((dir) => `-Wl,-rpath,${dir}`),
    ...[...(blasDir === null ? [] : [blasDir]), libtorch.libDir].map((dir) => `-L${dir}`),
    // BLAS first: the loader goes through the list in order, and the first libblas.so.3 it meets serves everybody.
    ...blasFiles.map((file) => `-l:${file}`),
    ...libtorch.libraries.map((name) => `-l${name}`),
  ];
}
