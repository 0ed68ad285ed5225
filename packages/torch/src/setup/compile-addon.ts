import { spawn } from "node:child_process";
import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { addonFile, nativeDir, nativeFiles } from "./addon-cache.ts";
import { multiarchDir } from "./blas.ts";
import type { Libtorch } from "./find-libtorch.ts";
import { nodeHeaders, nodeGypEnvironment } from "./node-headers.ts";
import { SetupError } from "./setup-error.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What an addon is compiled and linked against. */
export interface Linkage {
  readonly libtorch: Libtorch;
  /** Folder of the BLAS to ask for by name, or null. */
  readonly blasDir: string | null;
}

/**
 * Compiles the addon.
 *
 * @param work an empty folder
 * @returns path of the .node file
 * @throws SetupError with the compiler's last lines and the path of the whole log
 */
export async function compileAddon(
  work: string,
  linkage: Linkage,
  { env = process.env }: { readonly env?: Environment } = {},
): Promise<string> {
  for (const name of nativeFiles()) copyFileSync(join(nativeDir, name), join(work, name));
  const api = dirname(createRequire(import.meta.url).resolve("node-addon-api/package.json"));
  for (const name of readdirSync(api).filter((file) => file.endsWith(".h"))) {
    copyFileSync(join(api, name), join(work, name));
  }
  // As one unit: libtorch's headers take the compiler seven seconds, and each source would ask for them again.
  const sources = nativeFiles().filter((name) => name.endsWith(".cpp"));
  writeFileSync(join(work, "leeway_torch.cc"), sources.map((name) => `#include "${name}"\n`).join(""));
  writeFileSync(join(work, "build.gypi"), gypVariables(linkage));
  await runNodeGyp(work, env);
  return join(work, "build/Release", addonFile);
}

/** What binding.gyp cannot know: where libtorch and the BLAS are, and how to link them. */
export function gypVariables({ libtorch, blasDir }: Linkage): string {
  // libopenblas too: libblas asks for it by a path that LD_LIBRARY_PATH overrules.
  const blasNames = ["libopenblas.so.0", "libblas.so.3", "liblapack.so.3"];
  const blasFiles = blasDir === null ? [] : blasNames.filter((file) => existsSync(join(blasDir, file)));
  // Of a system's libtorch, the OpenMP build also stands in the path where it is not installed yet: once it is, it
  // wins without a new build.
  const openmp =
    blasDir ?? (libtorch.source === "system" ? join(multiarchDir(), "openblas-openmp") : undefined);
  const rpath =
    process.platform === "linux" && openmp !== undefined ? [openmp, libtorch.libDir] : [libtorch.libDir];
  const variables = {
    libtorch_include_dirs: libtorch.includeDirs.map(escaped),
    libtorch_cxx11_abi: libtorch.cxx11Abi ? 1 : 0,
    rpath_flags: rpath.map((dir) => `-Wl,-rpath,${escaped(dir)}`),
    library_dir_flags: [...(blasDir === null ? [] : [blasDir]), libtorch.libDir].map(
      (dir) => `-L${escaped(dir)}`,
    ),
    // BLAS first: the loader goes through the list in order, and the first libblas.so.3 it meets serves everybody.
    library_flags: [
      ...blasFiles.map((file) => `-l:${file}`),
      ...libtorch.libraries.map((name) => `-l${name}`),
    ],
  };
  return `${JSON.stringify({ variables }, null, 2)}\n`;
}

/** A path as the shell reads it: gyp gives flags to it as they are, and a space would end one. */
function escaped(path: string): string {
  return path.replace(/[\s"'()&;]/g, "\\$&");
}

async function runNodeGyp(work: string, env: Environment): Promise<void> {
  const nodeGyp = createRequire(import.meta.url).resolve("node-gyp/bin/node-gyp.js");
  const headers = nodeHeaders({ env });
  const args = [nodeGyp, "configure", "build", ...(headers === undefined ? [] : [`--nodedir=${headers}`])];
  const log = join(work, "build.log");
  if ((await run(args, { cwd: work, env: nodeGypEnvironment(env), log })) === 0) return;
  const lines = readFileSync(log, "utf8").trim().split("\n");
  const tail = lines.filter((line) => !line.startsWith("gyp info")).slice(-25);
  throw new SetupError(
    "compile",
    `buildAddon: the native build failed. The whole log: ${log}\n${tail.join("\n")}`,
  );
}

/** Runs Node with `args`, output into `log`; the exit status, or null where a signal ended it. */
function run(
  args: readonly string[],
  options: { cwd: string; env: Environment; log: string },
): Promise<number | null> {
  const output = openSync(options.log, "w");
  const child = spawn(process.execPath, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("exit", done);
  });
}
