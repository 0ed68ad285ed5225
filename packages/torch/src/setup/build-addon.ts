import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import {
  addonFile,
  addonsDir,
  builtAddonPath,
  readBuilds,
  sourcesHash,
  type AddonBuild,
} from "./addon-cache.ts";
import { blasToLink } from "./blas.ts";
import { compileAddon } from "./compile-addon.ts";
import { headerFlags, libraryFlags, type Linkage } from "./compiler-flags.ts";
import { findCompiler } from "./compiler.ts";
import { findLibtorch, type Libtorch, type LibtorchSearch } from "./find-libtorch.ts";
import { SetupError } from "./setup-error.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What {@link buildAddon} did. */
export interface BuiltAddon {
  /** Absolute path of the .node file. */
  readonly addon: string;
  /** False where it was there already. */
  readonly built: boolean;
  readonly seconds: number;
  readonly libtorch: Libtorch;
}

/** How {@link buildAddon} is to build. */
export interface BuildOptions extends LibtorchSearch {
  /** Compile everything again, also what is there already. */
  readonly rebuild?: boolean;
  /** Told in one line what comes next. */
  readonly say?: (line: string) => void;
}

/** An addon in the cache, with what it was made of. */
type CachedAddon = ReturnType<typeof readBuilds>[number];

/**
 * The addon that is built already where {@link buildAddon} would put it, or undefined where it would have to build.
 *
 * Where there is no libtorch to build against, as in a container without its headers, the one in use counts.
 *
 * @throws SetupError if `LIBTORCH` names no libtorch
 */
export function existingAddon({ env = process.env, prefixes }: LibtorchSearch = {}): CachedAddon | undefined {
  return existingFor(findLibtorch({ env, prefixes }), env);
}

function existingFor(libtorch: Libtorch | undefined, env: Environment): CachedAddon | undefined {
  const addon = libtorch === undefined ? builtAddonPath({ env }) : placeOf(linkageOf(libtorch), { env });
  return readBuilds(env).find((each) => each.addon === addon);
}

/**
 * Builds the addon against the libtorch of {@link findLibtorch}, in the user's cache, unless it is there already.
 *
 * Compiles in a folder of its own and moves the result to its place in one step: an interrupted build leaves nothing
 * half-made, and of two at once the later one wins, with the same result.
 *
 * @throws SetupError if libtorch or the compiler is missing, the cache cannot be written, or the compiler fails;
 *   the last with the lines of its first error and the path of the whole log
 */
export async function buildAddon({
  env = process.env,
  prefixes,
  rebuild = false,
  say = () => undefined,
}: BuildOptions = {}): Promise<BuiltAddon> {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const libtorch = findLibtorch({ env, prefixes });
  const existing = rebuild ? undefined : existingFor(libtorch, env);
  if (existing !== undefined) {
    choose(existing, env);
    const { addon, build } = existing;
    return { addon, built: false, seconds: seconds(), libtorch: build.libtorch };
  }
  if (libtorch === undefined) throw new SetupError("libtorch", noLibtorch);
  const linkage = linkageOf(libtorch);
  const sources = sourcesHash(); // now: a source edited during the build must not count as built
  const addon = placeOf(linkage, { env, sources });
  const compiler = requireCompiler(env);
  const root = addonsDir(env);
  makeCache(root);
  say(`Compiling the native part against libtorch ${libtorch.version} (${libtorch.libDir}) …`);
  const work = mkdtempSync(join(root, workPrefix));
  const compiled = await compileAddon(linkage, { work, compiler, env });
  publish(compiled, dirname(addon), { sources, ...linkage });
  rmSync(work, { recursive: true });
  prune(root);
  return { addon, built: true, seconds: seconds(), libtorch };
}

function linkageOf(libtorch: Libtorch): Linkage {
  return { libtorch, blasDir: blasToLink(libtorch) };
}

/** Where the addon of these sources with that linkage lies, once it is built. */
function placeOf(
  linkage: Linkage,
  { env, sources = sourcesHash() }: { readonly env: Environment; readonly sources?: string },
): string {
  const flags = [...headerFlags(linkage), ...libraryFlags(linkage)];
  const made = [sources, flags, linkage, process.platform, process.arch];
  return join(addonsDir(env), hashOf(made), addonFile);
}

const noLibtorch =
  "buildAddon: expected libtorch with its headers, got none: LIBTORCH is not set, Python has no torch package with " +
  'headers, the system has none. Run "npx leeway setup" to install it, or set LIBTORCH to an unpacked libtorch.';

/** Puts the addon and its description where {@link builtAddonPath} looks, both or neither. */
function publish(addon: string, folder: string, made: Linkage & Pick<AddonBuild, "sources">): void {
  const now = new Date().toISOString();
  const build: AddonBuild = {
    platform: process.platform,
    arch: process.arch,
    ...made,
    builtAt: now,
    chosenAt: now,
  };
  const fresh = mkdtempSync(join(dirname(folder), workPrefix));
  chmodSync(fresh, 0o755); // mkdtemp's folder is its maker's alone; a cache may be an image's, built by root
  copyFileSync(addon, join(fresh, addonFile));
  writeFileSync(join(fresh, "build.json"), describe(build));
  rmSync(folder, { recursive: true, force: true });
  try {
    renameSync(fresh, folder);
  } catch (error) {
    if (!existsSync(join(folder, addonFile))) throw error;
    rmSync(fresh, { recursive: true }); // another process has put its own there since we looked
  }
}

/** Makes this addon the one that is loaded from now on, where another was chosen later. */
function choose({ addon, build }: CachedAddon, env: Environment): void {
  if (builtAddonPath({ env }) === addon) return;
  const folder = dirname(addon);
  const fresh = join(folder, `${workPrefix}${process.pid}`);
  writeFileSync(fresh, describe({ ...build, chosenAt: new Date().toISOString() }));
  renameSync(fresh, join(folder, "build.json"));
}

function describe(build: AddonBuild): string {
  return `${JSON.stringify(build, null, 2)}\n`;
}

/** Forgets all but the eight builds last chosen, and what builds that were killed or failed left a day ago. */
function prune(root: string): void {
  const builds = readBuilds({ LEEWAY_CACHE: dirname(root) });
  const old = builds.sort((a, b) => b.build.chosenAt.localeCompare(a.build.chosenAt)).slice(8);
  for (const { addon } of old) rmSync(dirname(addon), { recursive: true, force: true });
  for (const name of readdirSync(root).filter((each) => each.startsWith(workPrefix))) {
    const found = statSync(join(root, name), { throwIfNoEntry: false }); // another build may just have ended
    if (found && Date.now() - found.mtimeMs > 86_400_000)
      rmSync(join(root, name), { recursive: true, force: true });
  }
}

/** Begins the names of folders in which a build is going on; a dot hides them from {@link readBuilds}. */
const workPrefix = ".work-";

/** The command of the C++ compiler. */
function requireCompiler(env: Environment): string {
  const { command, version } = findCompiler({ env });
  if (version !== null) return command;
  throw new SetupError(
    "compiler",
    `buildAddon: expected a C++ compiler, got no compiler (${command}). ` +
      'Run "npx leeway setup" to install one, or see "npx leeway doctor".',
  );
}

function makeCache(root: string): void {
  try {
    makeFolders(root);
    const trial = join(root, `.trial-${process.pid}`);
    writeFileSync(trial, "");
    rmSync(trial);
  } catch (cause) {
    throw new SetupError(
      "cache",
      `buildAddon: expected to write into ${root}, got ${(cause as Error).message}. Set LEEWAY_CACHE to a folder of yours.`,
      { cause },
    );
  }
}

/** As mkdir with `recursive`, which in Node never returns where a file system answers ENOENT (as /proc does). */
function makeFolders(path: string): void {
  if (existsSync(path)) return;
  makeFolders(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error; // EEXIST: another process was first
  }
}

function hashOf(parts: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}
