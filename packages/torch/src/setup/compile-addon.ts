import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { addonFile, nativeDir, nativeFiles } from "./addon-cache.ts";
import { commonFlags, headerFlags, libraryFlags, type Linkage } from "./compiler-flags.ts";
import { commandWords } from "./compiler.ts";
import { SetupError } from "./setup-error.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Where {@link compileAddon} works and with what; `CPPFLAGS`, `CXXFLAGS` and `LDFLAGS` of `env` are added. */
export interface CompileOptions {
  /** An empty folder. */
  readonly work: string;
  /** The command of the C++ compiler. */
  readonly compiler: string;
  readonly env?: Environment;
}

/**
 * Compiles the addon, with one call of the compiler.
 *
 * @returns path of the .node file
 * @throws SetupError with what the compiler said of its first error and the path of the whole log
 */
export async function compileAddon(
  linkage: Linkage,
  { work, compiler, env = process.env }: CompileOptions,
): Promise<string> {
  // As one unit: libtorch's headers take two thirds of the time, and each unit would ask for them again.
  const unit = join(work, "leeway_torch.cc");
  const sources = nativeFiles().filter((name) => name.endsWith(".cpp"));
  writeFileSync(unit, sources.map((name) => `#include "${name}"\n`).join(""));
  const addon = join(work, addonFile);
  const added = (name: string) => env[name]?.split(/\s+/).filter((flag) => flag !== "") ?? [];
  const args = [
    ...commonFlags(),
    ...[nativeDir, ...nodeApiDirs()].map((dir) => `-I${dir}`),
    ...headerFlags(linkage),
    ...["CPPFLAGS", "CXXFLAGS", "LDFLAGS"].flatMap(added),
    ...["-o", addon, unit],
    ...libraryFlags(linkage),
  ];
  const log = join(work, "build.log");
  const [program, ...words] = commandWords(compiler);
  if ((await run([program, ...words, ...args], { cwd: work, env, log })) === 0) return addon;
  throw new SetupError(
    "compile",
    `buildAddon: the native build failed. The whole log: ${log}\n${firstError(readFileSync(log, "utf8"))}`,
  );
}

/** Folders of the headers of Node-API, in C and in C++; no other header of Node is needed. */
function nodeApiDirs(): string[] {
  const { resolve } = createRequire(import.meta.url);
  return [
    join(dirname(resolve("node-api-headers/package.json")), "include"),
    dirname(resolve("node-addon-api/package.json")),
  ];
}

/** The lines from the first error on, of which a compiler's or linker's notes may be hundreds; else the last lines. */
function firstError(log: string): string {
  const lines = log.trim().split("\n");
  const first = lines.findIndex((line) => /error:|undefined reference|cannot find/i.test(line));
  return lines
    .slice(first === -1 ? -25 : first)
    .slice(0, 25)
    .join("\n");
}

/** Runs a command, which and its output go into `log`; the exit status, or null where a signal ended it. */
function run(
  [program, ...args]: readonly [string, ...string[]],
  { log, ...options }: { readonly cwd: string; readonly env: Environment; readonly log: string },
): Promise<number | null> {
  writeFileSync(log, `${[program, ...args].join(" ")}\n`);
  const output = openSync(log, "a");
  const child = spawn(program, args, { ...options, stdio: ["ignore", output, output] });
  closeSync(output);
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("exit", done);
  });
}
