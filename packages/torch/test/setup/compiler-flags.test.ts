import { describe as suite, expect, test } from "vitest";
import { commonFlags, headerFlags, libraryFlags } from "../../src/setup/compiler-flags.ts";
import { scratchFolder, writeFiles } from "./scratch.ts";

const libtorch = {
  source: "LIBTORCH" as const,
  root: "/lib torch",
  version: "2.4.1",
  includeDirs: ["/lib torch/include"],
  libDir: "/lib torch/lib",
  libraries: ["c10", "torch_cuda", "torch"],
  library: { file: "/lib torch/lib/libtorch_cpu.so", size: 0, modified: 0 },
  cxx11Abi: false,
  cuda: true,
  rocm: false,
};
const linkage = { libtorch, blasDir: null };

suite("commonFlags", () => {
  test("keep libtorch_cuda linked on Linux, and give an RPATH", () => {
    const flags = commonFlags({ platform: "linux", arch: "x64" });
    expect(flags).toEqual(
      expect.arrayContaining(["-shared", "-Wl,--no-as-needed", "-Wl,--disable-new-dtags"]),
    );
  });

  test("leave Node-API to Node on macOS, and build for the processor of this Node", () => {
    const flags = commonFlags({ platform: "darwin", arch: "x64" }).join(" ");
    expect(flags).toContain("-bundle -undefined dynamic_lookup -arch x86_64");
    expect(flags).not.toContain("-Wl,--no-as-needed");
    expect(commonFlags({ platform: "darwin", arch: "arm64" }).join(" ")).toContain("-arch arm64");
  });
});

suite("headerFlags", () => {
  test("take over libtorch's std::string, and leave a path with spaces whole", () => {
    expect(headerFlags(linkage, { platform: "linux" })).toEqual([
      "-D_GLIBCXX_USE_CXX11_ABI=0",
      "-I/lib torch/include",
    ]);
    expect(headerFlags(linkage, { platform: "darwin" })).toEqual(["-I/lib torch/include"]);
  });
});

suite("libraryFlags", () => {
  test("name every library of libtorch and where it is loaded from", () => {
    expect(libraryFlags(linkage, { platform: "linux" })).toEqual([
      "-Wl,-rpath,/lib torch/lib",
      "-L/lib torch/lib",
      ...["-lc10", "-ltorch_cuda", "-ltorch"],
    ]);
  });

  test("put the BLAS before libtorch, as far as it is there", () => {
    const blasDir = scratchFolder();
    writeFiles(blasDir, { "libopenblas.so.0": "", "libblas.so.3": "" });
    expect(libraryFlags({ libtorch, blasDir }, { platform: "linux" })).toEqual([
      ...[`-Wl,-rpath,${blasDir}`, "-Wl,-rpath,/lib torch/lib", `-L${blasDir}`, "-L/lib torch/lib"],
      ...["-l:libopenblas.so.0", "-l:libblas.so.3", "-lc10", "-ltorch_cuda", "-ltorch"],
    ]);
  });
});
