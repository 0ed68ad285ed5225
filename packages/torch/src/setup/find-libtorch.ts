import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { multiarchDir } from "./blas.ts";
import { SetupError } from "./setup-error.ts";

/** A libtorch to build against: where it was found and what a compiler needs to know of it. */
export interface Libtorch {
  /** Which step of the search found it. */
  readonly source: "LIBTORCH" | "python" | "system";
  /** The folder with `include/` and `lib/`. */
  readonly root: string;
  /** For example "2.4.1"; of pre-releases the numbers alone. */
  readonly version: string;
  readonly includeDirs: readonly string[];
  readonly libDir: string;
  /** Names for the linker, without `lib` and the ending. */
  readonly libraries: readonly string[];
  /** Its libtorch_cpu as it was found: one that was replaced since needs another addon. */
  readonly library: { readonly file: string; readonly size: number; readonly modified: number };
  /** Whether its `std::string` is the one of GCC 5 and later; both sides must agree or nothing links. */
  readonly cxx11Abi: boolean;
  /** Whether it computes on NVIDIA's GPUs. */
  readonly cuda: boolean;
  /** Whether it computes on AMD's GPUs, which it calls "cuda", too. */
  readonly rocm: boolean;
}

/** Where {@link findLibtorch} looks; each has the machine's own answer as its default. */
export interface LibtorchSearch {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Folders of the system's package managers that may hold `include/` and `lib/`. */
  readonly prefixes?: readonly string[] | undefined;
}

/**
 * The libtorch to use: the folder named by `LIBTORCH`, else a Python `torch` package that brings its own
 * libraries and headers (pip's does; Debian's only links to the system's), else the system's.
 *
 * @returns undefined where there is none
 * @throws SetupError if `LIBTORCH` is set but names no complete libtorch, a mistake we do not pass over, or if there
 *   are only ones older than 1.13
 */
export function findLibtorch({ env = process.env, prefixes = systemPrefixes(env) }: LibtorchSearch = {}):
  Libtorch | undefined {
  if (env["LIBTORCH"] !== undefined && env["LIBTORCH"] !== "") return fromVariable(env["LIBTORCH"]);
  const python = pythonTorch(env);
  const fromPython = python === undefined ? [] : [inspect("python", python)].filter(isComplete);
  const fromSystem = prefixes.map((prefix) => inspect("system", prefix)).filter(isComplete);
  const found = [...fromPython.filter(bringsItsLibraries), ...fromSystem];
  return found.find(isRecent) ?? (found[0] && requireRecent(found[0]));
}

function isComplete(found: Libtorch | string): found is Libtorch {
  return typeof found === "object";
}

function isRecent({ version }: Libtorch): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 1 || (major === 1 && minor >= 13);
}

function requireRecent(found: Libtorch): Libtorch {
  if (isRecent(found)) return found;
  throw new SetupError(
    "libtorch",
    `findLibtorch: expected libtorch 1.13 or later, got ${found.version} in ${found.root}. ` +
      "Install a newer one, or set LIBTORCH to its folder.",
  );
}

/** Folders where package managers put libtorch: Debian and most Linux systems, then Homebrew on both Macs. */
export function systemPrefixes(env: Readonly<Record<string, string | undefined>> = process.env): string[] {
  const homebrew = env["HOMEBREW_PREFIX"];
  return [
    "/usr",
    "/usr/local",
    ...(homebrew ? [join(homebrew, "opt/pytorch")] : []),
    "/opt/homebrew/opt/pytorch",
    "/usr/local/opt/pytorch",
  ];
}

function fromVariable(value: string): Libtorch {
  const found = inspect("LIBTORCH", resolve(value));
  if (isComplete(found)) return requireRecent(found);
  throw new SetupError(
    "libtorch",
    `findLibtorch: expected LIBTORCH to name a folder with libtorch's include/ and lib/, got "${value}" ` +
      `(${found}). Correct the variable, or unset it to use the libtorch of Python or of the system.`,
  );
}

/** The complete libtorch at `root`, or one phrase that says what it lacks. */
function inspect(source: Libtorch["source"], root: string): Libtorch | string {
  if (!existsSync(root)) return "there is no such folder";
  const include = join(root, "include");
  const api = join(include, "torch/csrc/api/include");
  if (!existsSync(join(include, "ATen/core/dispatch/Dispatcher.h"))) return "include/ATen is missing";
  const version = headerVersion([
    join(api, "torch/version.h"),
    join(include, "torch/version.h"),
    join(include, "torch/headeronly/version.h"),
  ]);
  if (version === undefined) return "torch/version.h is missing";
  const libDir = libraryDirs(root).find((dir) => libraryFile(dir, "c10") && libraryFile(dir, "torch_cpu"));
  if (libDir === undefined) return "lib/ has no libc10 and libtorch_cpu";
  const has = (platform: string) =>
    ["c10", "torch"].every((name) => libraryFile(libDir, `${name}_${platform}`) !== undefined);
  const [cuda, rocm] = [has("cuda"), has("hip")];
  return {
    source,
    root: realpathSync(root),
    version,
    includeDirs: [include, api].filter((dir) => existsSync(dir)),
    libDir,
    library: libraryAt(libraryFile(libDir, "torch_cpu")!),
    libraries: [
      ...["c10", "torch_cpu"],
      ...(cuda ? ["c10_cuda", "torch_cuda"] : []),
      ...(rocm ? ["c10_hip", "torch_hip"] : []),
      "torch",
    ],
    cxx11Abi: usesCxx11Abi(libraryFile(libDir, "c10")!),
    ...{ cuda, rocm },
  };
}

/** A library's file, with the size and time (in milliseconds) by which a replaced one is known. */
export function libraryAt(file: string): Libtorch["library"] {
  const { size, mtimeMs } = statSync(file);
  return { file, size, modified: mtimeMs };
}

/** False of Debian's python3-torch, whose include/ and lib/ are links into the system. */
function bringsItsLibraries({ root, libDir }: Libtorch): boolean {
  return realpathSync(libraryFile(libDir, "c10")!).startsWith(root);
}

function libraryDirs(root: string): string[] {
  return [`lib/${basename(multiarchDir())}`, "lib64", "lib"]
    .map((dir) => join(root, dir))
    .filter((dir) => existsSync(dir));
}

function libraryFile(dir: string, name: string): string | undefined {
  return [`lib${name}.so`, `lib${name}.dylib`]
    .map((file) => join(dir, file))
    .find((file) => existsSync(file));
}

/** "2.4.1" from the first of the headers that holds the three macros. */
function headerVersion(headers: readonly string[]): string | undefined {
  for (const header of headers.filter((path) => existsSync(path))) {
    const text = readFileSync(header, "utf8");
    const part = (name: string) => new RegExp(`#define TORCH_VERSION_${name} (\\d+)`).exec(text)?.[1];
    const numbers = [part("MAJOR"), part("MINOR"), part("PATCH")];
    if (numbers.every((number) => number !== undefined)) return numbers.join(".");
  }
  return undefined;
}

/**
 * Reads the answer in the names of c10::Error's constructors: `Ss` is the old std::string, `__cxx11` the new.
 * Loading Python's torch to ask it would take seconds, and a plain libtorch has nothing to ask.
 */
function usesCxx11Abi(libc10: string): boolean {
  return !readFileSync(libc10).includes("_ZN3c105ErrorC1ENS_14SourceLocationESs");
}

/** The folder of Python's `torch` package, found without loading it. */
function pythonTorch(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const question = "import importlib.util as u; s = u.find_spec('torch'); print(s.origin if s else '')";
  const answer = spawnSync("python3", ["-c", question], { env, encoding: "utf8", timeout: 20_000 });
  const origin = answer.status === 0 ? answer.stdout.trim() : "";
  return origin === "" ? undefined : dirname(origin);
}
