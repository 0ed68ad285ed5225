import { realpathSync, rmSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { findLibtorch, SetupError } from "@leeway/torch/setup";
import { describe as suite, expect, test } from "vitest";
import { libtorchFiles, scratchFolder, writeFiles, writeProgram } from "./scratch.ts";

suite("findLibtorch", () => {
  test("takes the folder that LIBTORCH names", () => {
    const root = libtorchAt("libtorch");
    const library = join(root, "lib", `libtorch_cpu.${process.platform === "darwin" ? "dylib" : "so"}`);
    expect(findLibtorch({ env: { LIBTORCH: root }, prefixes: [] })).toEqual({
      source: "LIBTORCH",
      root,
      version: "2.4.1",
      includeDirs: [join(root, "include"), join(root, "include/torch/csrc/api/include")],
      libDir: join(root, "lib"),
      libraries: ["c10", "torch_cpu", "torch"],
      library: { file: library, size: 0, modified: statSync(library).mtimeMs },
      cxx11Abi: true,
      cuda: false,
      rocm: false,
    });
  });

  test("sees the std::string of before GCC 5 in the names of libc10", () => {
    const root = libtorchAt("old", { cxx11Abi: false });
    expect(findLibtorch({ env: { LIBTORCH: root } })?.cxx11Abi).toBe(false);
  });

  test.each([
    ["cuda", true, false],
    ["hip", false, true],
  ])("links the libraries for GPUs where there are some: %s", (gpu, cuda, rocm) => {
    const found = findLibtorch({ env: { LIBTORCH: libtorchAt(gpu, { gpu }) } });
    expect(found).toMatchObject({ cuda, rocm });
    expect(found?.libraries).toEqual(["c10", "torch_cpu", `c10_${gpu}`, `torch_${gpu}`, "torch"]);
  });

  test.each([
    ["", "there is no such folder"],
    ["include/ATen", "include/ATen is missing"],
    ["include/torch", "torch/version.h is missing"],
    ["lib", "lib/ has no libc10 and libtorch_cpu"],
  ])("refuses a LIBTORCH without %j, naming the variable", (lacking, reason) => {
    const root = libtorchAt("broken");
    rmSync(join(root, lacking), { recursive: true });
    const find = () => findLibtorch({ env: { LIBTORCH: root } });
    expect(find).toThrow(SetupError);
    expect(find).toThrow(
      `findLibtorch: expected LIBTORCH to name a folder with libtorch's include/ and lib/, got "${root}" (${reason})`,
    );
  });

  test("prefers Python's torch with its own libraries to the system's", () => {
    const python = libtorchAt("site-packages/torch", { version: "2.5.0" });
    const system = libtorchAt("usr", { version: "1.13.0" });
    const found = findLibtorch({ env: pythonWith(python), prefixes: [system] });
    expect([found?.source, found?.version]).toEqual(["python", "2.5.0"]);
  });

  test("passes over a Python torch that only links to the system's, as Debian's does", () => {
    const system = libtorchAt("usr");
    const python = join(scratchFolder(), "torch");
    writeFiles(python, { "__init__.py": "" });
    for (const name of ["include", "lib"]) symlinkSync(join(system, name), join(python, name));
    expect(findLibtorch({ env: pythonWith(python), prefixes: [system] })?.source).toBe("system");
  });

  test("takes the first complete prefix of the system", () => {
    const complete = libtorchAt("opt/pytorch");
    const found = findLibtorch({ env: { PATH: "" }, prefixes: ["/nowhere", scratchFolder(), complete] });
    expect(found?.root).toBe(complete);
  });

  test("refuses one older than 1.13, where there is no other", () => {
    const [old, recent] = [libtorchAt("old", { version: "1.8.1" }), libtorchAt("new", { version: "1.13.0" })];
    const message = `findLibtorch: expected libtorch 1.13 or later, got 1.8.1 in ${old}.`;
    expect(() => findLibtorch({ env: { LIBTORCH: old } })).toThrow(message);
    expect(() => findLibtorch({ env: { PATH: "" }, prefixes: [old] })).toThrow(message);
    expect(findLibtorch({ env: { PATH: "" }, prefixes: [old, recent] })?.root).toBe(recent);
  });

  test("finds nothing where there is nothing", () => {
    expect(findLibtorch({ env: { PATH: "" }, prefixes: [] })).toBeUndefined();
  });
});

function libtorchAt(name: string, options: Parameters<typeof libtorchFiles>[0] = {}): string {
  const root = join(realpathSync(scratchFolder()), name);
  writeFiles(root, libtorchFiles(options));
  return root;
}

/** An environment whose python3 has its torch there. */
function pythonWith(torch: string): Record<string, string> {
  const bin = scratchFolder();
  writeProgram(bin, "python3", `echo "${torch}/__init__.py"`);
  return { PATH: bin };
}
