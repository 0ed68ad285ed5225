import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** A folder of the running test's own, removed when it ends. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "leeway-setup-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Writes files, given by their paths below `root`. */
export function writeFiles(root: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

/** Puts a shell script of that name into `folder`; returns its path. */
export function writeProgram(folder: string, name: string, script: string): string {
  writeFiles(folder, { [name]: `#!/bin/sh\n${script}\n` });
  chmodSync(join(folder, name), 0o755);
  return join(folder, name);
}

/** The files by which a libtorch is known, with what of them is read; its part for GPUs is "cuda" or "hip". */
export function libtorchFiles({ version = "2.4.1", cxx11Abi = true, gpu = "" } = {}): Record<string, string> {
  const [major, minor, patch] = version.split(".");
  const text = cxx11Abi ? "NSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE" : "Ss";
  const ending = process.platform === "darwin" ? "dylib" : "so";
  return {
    "include/ATen/core/dispatch/Dispatcher.h": "",
    "include/torch/csrc/api/include/torch/version.h": `#define TORCH_VERSION_MAJOR ${major!}\n#define TORCH_VERSION_MINOR ${minor!}\n#define TORCH_VERSION_PATCH ${patch!}\n`,
    [`lib/libc10.${ending}`]: `_ZN3c105ErrorC1ENS_14SourceLocationE${text}`,
    [`lib/libtorch_cpu.${ending}`]: "",
    ...(gpu === "" ? {} : { [`lib/libtorch_${gpu}.${ending}`]: "", [`lib/libc10_${gpu}.${ending}`]: "" }),
  };
}
