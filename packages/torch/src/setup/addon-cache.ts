import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { commonFlags } from "./compiler-flags.ts";
import { libraryAt, type Libtorch } from "./find-libtorch.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What a built addon was made of; lies beside it as `build.json`. */
export interface AddonBuild {
  /** Hash of the C++ sources and of what is compiled with them. */
  readonly sources: string;
  readonly platform: string;
  readonly arch: string;
  readonly libtorch: Libtorch;
  /** The folder of the BLAS it asks for by name, or null where libtorch brings its own. */
  readonly blasDir: string | null;
  readonly builtAt: string;
  /** When the set-up last decided for this one; the latest decision counts. */
  readonly chosenAt: string;
}

/** The C++ sources of the addon; the same place seen from `src/` and from `dist/`. */
export const nativeDir = fileURLToPath(new URL("../../native/", import.meta.url));

/** File name of the built addon. */
export const addonFile = "leeway_torch.node";

/**
 * The per-user cache: `LEEWAY_CACHE`, else `leeway` in the folder the system has for caches
 * (`XDG_CACHE_HOME` or `~/.cache`; on macOS `~/Library/Caches`).
 */
export function cacheRoot(env: Environment = process.env): string {
  if (env["LEEWAY_CACHE"]) return resolve(env["LEEWAY_CACHE"]);
  const xdg = env["XDG_CACHE_HOME"] ?? "";
  if (isAbsolute(xdg)) return join(xdg, "leeway"); // the XDG rules say to ignore a relative one
  const home = env["HOME"] || homedir();
  return process.platform === "darwin" ? join(home, "Library/Caches/leeway") : join(home, ".cache/leeway");
}

/** Where built addons lie, one folder each. */
export function addonsDir(env: Environment = process.env): string {
  return join(cacheRoot(env), "native");
}

/**
 * The addon built from today's sources for this machine, or undefined where the set-up has yet to build it.
 *
 * Asks only the file system, so that it may stand in the way of every start. With `LIBTORCH` set, only an addon
 * built against that folder counts.
 */
export function builtAddonPath({ env = process.env }: { readonly env?: Environment } = {}):
  string | undefined {
  return readBuilds(env)
    .filter(({ build }) => isCurrent(build, env))
    .sort((a, b) => a.build.chosenAt.localeCompare(b.build.chosenAt))
    .at(-1)?.addon;
}

/** Why {@link builtAddonPath} found nothing, and the command that cures it: the text of an error. */
export function addonAdvice({ env = process.env }: { readonly env?: Environment } = {}): string {
  const found = `${nearestMiss(env)} in ${addonsDir(env)}`;
  return `expected the native part of @leeway/torch to be built, got ${found}. Run "npx leeway setup".`;
}

function nearestMiss(env: Environment): string {
  let builds = readBuilds(env).map(({ build }) => build);
  if (builds.length === 0) return "none";
  builds = builds.filter(({ sources }) => sources === sourcesHash());
  if (builds.length === 0) return "one of other sources";
  builds = builds.filter(fitsMachine);
  if (builds.length === 0) return "one for another machine";
  const replaced = builds.find((build) => fitsVariable(build, env))?.libtorch.library.file;
  return replaced === undefined
    ? `one against another libtorch than LIBTORCH ("${env["LIBTORCH"] ?? ""}")`
    : `one against a libtorch since replaced (${replaced})`;
}

/** Every build in the cache, with the path of its addon; what is not whole is passed over. */
export function readBuilds(env: Environment = process.env): { addon: string; build: AddonBuild }[] {
  const root = addonsDir(env);
  if (!existsSync(root)) return [];
  const names = readdirSync(root).filter((name) => !name.startsWith(".")); // a dot: still being put together
  return names.flatMap((name) => {
    const addon = join(root, name, addonFile);
    const build = readBuild(join(root, name, "build.json"));
    return build !== undefined && existsSync(addon) ? [{ addon, build }] : [];
  });
}

/** Hash of what is compiled: the C++ sources, names and contents, and the compiler's flags. */
export function sourcesHash(): string {
  const hash = createHash("sha256").update(JSON.stringify(commonFlags()));
  for (const name of nativeFiles()) hash.update(`${name}\n`).update(readFileSync(join(nativeDir, name)));
  return hash.digest("hex").slice(0, 16);
}

/** Names of the files in {@link nativeDir} that make the addon, sorted. */
export function nativeFiles(): string[] {
  return readdirSync(nativeDir, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(cpp|hpp)$/.test(name))
    .sort();
}

function isCurrent(build: AddonBuild, env: Environment): boolean {
  return (
    fitsVariable(build, env) && fitsMachine(build) && fitsLibrary(build) && build.sources === sourcesHash()
  );
}

function fitsVariable({ libtorch }: AddonBuild, env: Environment): boolean {
  const named =
    env["LIBTORCH"] && existsSync(env["LIBTORCH"]) ? realpathSync(env["LIBTORCH"]) : env["LIBTORCH"];
  return named ? libtorch.source === "LIBTORCH" && libtorch.root === named : libtorch.source !== "LIBTORCH";
}

function fitsLibrary({ libtorch: { library } }: AddonBuild): boolean {
  if (!existsSync(library.file)) return false;
  const { size, modified } = libraryAt(library.file);
  return size === library.size && modified === library.modified;
}

/** Whichever Node built it: the addon asks for Node-API alone, which is the same in all of them. */
function fitsMachine({ platform, arch }: AddonBuild): boolean {
  return platform === process.platform && arch === process.arch;
}

function readBuild(path: string): AddonBuild | undefined {
  try {
    const build = JSON.parse(readFileSync(path, "utf8")) as AddonBuild;
    return typeof build.libtorch.library.file === "string" && typeof build.chosenAt === "string"
      ? build
      : undefined;
  } catch {
    return undefined; // a folder that is not one of ours, or not whole: the set-up makes it anew
  }
}
