import { dirname } from "node:path";
import {
  blasCure,
  blasToLink,
  builtAddonPath,
  checkAddon,
  findLibtorch,
  loadedBlas,
  systemBlas,
} from "@leeway/torch/setup";
import { describe as suite, expect, test } from "vitest";
import { scratchFolder, writeFiles } from "./scratch.ts";

const lib = "/usr/lib/x86_64-linux-gnu";

suite("loadedBlas", () => {
  test.each([
    [
      "openblas-openmp",
      [`${lib}/openblas-openmp/libblas.so.3`, `${lib}/openblas-openmp/libopenblasp-r0.3.21.so`],
    ],
    [
      "openblas-pthread",
      [`${lib}/openblas-pthread/libblas.so.3`, `${lib}/openblas-pthread/libopenblasp-r0.3.21.so`],
    ],
    ["reference", [`${lib}/blas/libblas.so.3.11.0`]],
    ["mkl", ["/opt/intel/mkl/lib/libmkl_rt.so.2"]],
    ["built-in", ["/opt/libtorch/lib/libtorch_cpu.so"]],
  ])("recognises %s", (kind, files) => {
    expect(loadedBlas({ maps: mapsOf(files) })?.kind).toBe(kind);
  });

  test("sees through a shell of one build around the library of another", () => {
    const maps = mapsOf([
      `${lib}/openblas-openmp/libblas.so.3`,
      `${lib}/openblas-pthread/libopenblasp-r0.3.21.so`,
    ]);
    expect(loadedBlas({ maps })?.kind).toBe("openblas-pthread");
  });

  test("is not deceived by an OpenBLAS that somebody else brought beside the reference BLAS", () => {
    const maps = mapsOf(["/opt/numpy.libs/libopenblas64_.so", `${lib}/blas/libblas.so.3.11.0`]);
    expect(loadedBlas({ maps })?.kind).toBe("reference");
  });

  test("finds none where libtorch is not loaded", () => {
    expect(loadedBlas({ maps: mapsOf([`${lib}/libc.so.6`]) })).toBeUndefined();
  });
});

suite("blasCure", () => {
  test("has nothing against a fast one", () => {
    expect(blasCure({ kind: "openblas-openmp", file: null })).toBeNull();
    expect(blasCure({ kind: "built-in", file: null })).toBeNull();
  });

  test("names the package that replaces a slow one", () => {
    expect(blasCure({ kind: "openblas-pthread", file: null })).toContain(
      "apt-get install libopenblas0-openmp",
    );
  });
});

suite("blasToLink", () => {
  test("gives no second BLAS to a libtorch that brings its own", () => {
    const dir = scratchFolder();
    writeFiles(dir, { "libblas.so.3": "" });
    const own = { ...findLibtorchLike(), source: "LIBTORCH" as const, libDir: scratchFolder() };
    expect(blasToLink(own, { dir })).toBeNull();
  });
});

const built = builtAddonPath();
const openmp = built === undefined ? null : blasToLink(findLibtorch()!);

suite.skipIf(openmp === null)("the addon", () => {
  test("loads the OpenMP build of OpenBLAS where it is installed, whatever the system's alternatives say", () => {
    const env = { ...process.env, LD_LIBRARY_PATH: dirname(systemBlas()!.file!) };
    expect(checkAddon(built!, { env }).blas?.kind).toBe("openblas-openmp");
  });
});

/** The text of /proc/PID/maps of a process that has these files loaded. */
function mapsOf(files: readonly string[]): string {
  const line = (file: string) =>
    `7f0000000000-7f0000001000 r-xp 00000000 fe:00 1234                       ${file}\n`;
  return `${files.flatMap((file) => [line(file), line(file)]).join("")}7ffc00000000-7ffc00021000 rw-p 00000000 00:00 0  [stack]\n`;
}

function findLibtorchLike() {
  const library = { file: "/libtorch_cpu.so", size: 0, modified: 0 };
  return {
    root: "/",
    version: "2.4.1",
    includeDirs: [],
    libraries: [],
    library,
    cxx11Abi: true,
    cuda: false,
    rocm: false,
  };
}
