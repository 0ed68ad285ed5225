import { execFileSync } from "node:child_process";
import {
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import {
  addonsDir,
  buildAddon,
  builtAddonPath,
  checkAddon,
  findCompiler,
  findLibtorch,
  SetupError,
  existingAddon,
} from "@leeway/torch/setup";
import { describe as suite, expect, test } from "vitest";
import { scratchFolder, writeFiles, writeProgram } from "./scratch.ts";

// Everything here is real (libtorch, the compiler, the linker) but the sources, which the compiler is told are
// empty: what it makes of them in earnest is what all other tests of this package stand on.
const emptySources =
  'for a; do case "$a" in *.cc) set -- "$@" -x c++ /dev/null;; *) set -- "$@" "$a";; esac; shift; done';
const canBuild = findLibtorch() !== undefined && findCompiler().version !== null;

suite.skipIf(!canBuild)("buildAddon", { timeout: 180_000 }, () => {
  test("builds once, and does nothing the second time", async () => {
    const env = buildWith(`${emptySources}\nexec c++ "$@"`);
    const said: string[] = [];
    const first = await buildAddon({ env, say: (line) => said.push(line) });
    expect(first.built).toBe(true);
    expect(said.join()).toMatch(/^Compiling the native part against libtorch \d/);
    expect(builtAddonPath({ env })).toBe(first.addon);
    const second = await buildAddon({ env: { ...env, CXX: "/bin/false" } });
    expect(second).toMatchObject({ built: false, addon: first.addon });
  });

  test("builds the same when two ask at the same time, and leaves nothing else behind", async () => {
    const env = buildWith(`${emptySources}\nexec c++ "$@"`);
    const [one, other] = await Promise.all([buildAddon({ env }), buildAddon({ env })]);
    expect(one.addon).toBe(other.addon);
    expect(builtAddonPath({ env })).toBe(one.addon);
    expect(readdirSync(addonsDir(env))).toEqual([basename(dirname(one.addon))]);
  });

  test("lets other users load what it built, as far as they may read the cache", async () => {
    const env = buildWith(`${emptySources}\nexec c++ "$@"`);
    const { addon } = await buildAddon({ env });
    expect(statSync(dirname(addon)).mode & 0o777).toBe(0o755);
  });

  test("is not misled by what a build that was killed left", async () => {
    const env = buildWith(`${emptySources}\nexec c++ "$@"`);
    const left = join(addonsDir(env), ".work-killed");
    writeFiles(left, { "build.json": "{}", "leeway_torch.node": "", "half.o": "" });
    utimesSync(left, 0, 0);
    const { addon } = await buildAddon({ env });
    expect(builtAddonPath({ env })).toBe(addon);
    expect(existsSync(left)).toBe(false);
  });

  test("builds again where the description of the addon is torn", async () => {
    const env = buildWith(`${emptySources}\nexec c++ "$@"`);
    const { addon } = await buildAddon({ env });
    writeFileSync(join(dirname(addon), "build.json"), '{"so');
    expect(await buildAddon({ env })).toMatchObject({ built: true, addon });
    expect(builtAddonPath({ env })).toBe(addon);
  });

  test("keeps nothing of a failed build but its log, and quotes its last lines", async () => {
    const env = buildWith(
      'if [ "$1" = --version ]; then echo 1; else echo "values.cpp:7: error: no such thing" >&2; exit 1; fi',
    );
    const failure = await buildAddon({ env }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SetupError);
    const { code, message } = failure as SetupError;
    expect(code).toBe("compile");
    expect(message).toContain("values.cpp:7: error: no such thing");
    const log = /The whole log: (.*)/.exec(message)?.[1] ?? "";
    expect(readFileSync(log, "utf8")).toContain(`${env.CXX} -std=c++20`);
    expect(builtAddonPath({ env })).toBeUndefined();
  });

  test("gives the addon an RPATH, which also holds for what libtorch asks for", async () => {
    if (process.platform !== "linux") return;
    const env = buildWith(`echo "$@" >> "$LEEWAY_CACHE/calls"\n${emptySources}\nexec c++ "$@"`);
    await buildAddon({ env });
    const calls = readFileSync(join(env.LEEWAY_CACHE, "calls"), "utf8");
    expect(calls).toContain("--disable-new-dtags");
    expect(calls).toContain(`-Wl,-rpath,${findLibtorch()!.libDir}`);
    expect(calls).toMatch(/-std=c\+\+20.*-fexceptions -frtti/);
  });

  test("builds against a libtorch whose path has spaces", async () => {
    const LIBTORCH = join(scratchFolder(), "lib (torch) of mine");
    symlinkSync(findLibtorch()!.root, LIBTORCH);
    const env = { ...buildWith(`${emptySources}\nexec c++ "$@"`), LIBTORCH };
    expect((await buildAddon({ env })).built).toBe(true);
  });

  test("needs no make, no Python and no headers of Node", async () => {
    const bin = scratchFolder();
    for (const name of ["sh", "as", "ld", "readelf"]) {
      const found = process.env["PATH"]!.split(":")
        .map((dir) => join(dir, name))
        .find((path) => existsSync(path));
      if (found !== undefined) symlinkSync(found, join(bin, name));
    }
    const compiler = findCompiler().command;
    const program = execFileSync("sh", ["-c", `command -v ${compiler}`], { encoding: "utf8" }).trim();
    const env = {
      ...buildWith(`echo "$@" >> "$LEEWAY_CACHE/calls"\n${emptySources}\nexec ${program} "$@"`),
      PATH: bin,
    };
    expect((await buildAddon({ env })).built).toBe(true);
    const calls = readFileSync(join(env.LEEWAY_CACHE, "calls"), "utf8");
    expect(calls).not.toContain("include/node ");
    expect(calls).toMatch(/-I\S*node-api-headers\/include /);
  });

  test("quotes the first error and not the notes that follow it", async () => {
    const notes = 'i=0; while [ $i -lt 99 ]; do echo "note: $i" >&2; i=$((i+1)); done';
    const env = buildWith(
      `if [ "$1" = --version ]; then echo 1; exit; fi\n${notes}\necho "a.cpp:1: error: that" >&2\n${notes}\nexit 1`,
    );
    await expect(buildAddon({ env })).rejects.toThrow(/build\.log\na\.cpp:1: error: that\nnote: 0\n/);
  });

  test("adds CPPFLAGS, CXXFLAGS and LDFLAGS", async () => {
    const env = {
      ...buildWith(`echo "$@" >> "$LEEWAY_CACHE/calls"\n${emptySources}\nexec c++ "$@"`),
      ...{ CPPFLAGS: "-DONE", CXXFLAGS: " -g0 -DTWO ", LDFLAGS: "-Wl,-O1" },
    };
    await buildAddon({ env });
    expect(readFileSync(join(env.LEEWAY_CACHE, "calls"), "utf8")).toContain(" -DONE -g0 -DTWO -Wl,-O1 -o ");
  });

  test("keeps the addon in use where nothing is left to build against, as in a container without headers", async () => {
    const env = buildWith(`${emptySources}\nexec c++ "$@"`);
    const { addon } = await buildAddon({ env });
    const bare = { env: { ...env, PATH: "", CXX: "/bin/false" }, prefixes: [] };
    expect(findLibtorch(bare)).toBeUndefined();
    expect(existingAddon(bare)?.addon).toBe(addon);
    expect(await buildAddon(bare)).toMatchObject({ built: false, addon });
    await expect(buildAddon({ ...bare, rebuild: true })).rejects.toThrow("got none");
    bare.env.LEEWAY_CACHE = scratchFolder();
    expect(existingAddon(bare)).toBeUndefined();
  });

  test("names the compiler that is missing", async () => {
    const env = { ...process.env, LEEWAY_CACHE: scratchFolder(), CXX: "no-such-compiler" };
    await expect(buildAddon({ env })).rejects.toThrow("got no compiler (no-such-compiler)");
  });

  test("names the cache it cannot write, and the variable that moves it", async () => {
    const file = join(scratchFolder(), "file");
    writeFileSync(file, "");
    const env = { ...process.env, LEEWAY_CACHE: join(file, "cache") };
    await expect(buildAddon({ env })).rejects.toThrow(
      /expected to write into .*file\/cache.* Set LEEWAY_CACHE/,
    );
  });

  test("refuses a LIBTORCH that is none", async () => {
    const env = { ...process.env, LIBTORCH: "/no/libtorch" };
    await expect(buildAddon({ env })).rejects.toThrow('got "/no/libtorch" (there is no such folder)');
  });
});

suite("checkAddon", () => {
  test("says why a file does not load", () => {
    const file = join(scratchFolder(), "torn.node");
    writeFileSync(file, "not a library");
    const { loads, reason } = checkAddon(file);
    expect(loads).toBe(false);
    expect(reason).toContain("torn.node");
  });

  test("survives an addon that ends its process", () => {
    // Preloaded into the child alone: it dies as it would of a fault in the addon.
    const script = join(scratchFolder(), "die.cjs");
    writeFileSync(script, 'process.kill(process.pid, "SIGSEGV")');
    const { reason } = checkAddon("/any.node", {
      env: { ...process.env, NODE_OPTIONS: `--require=${script}` },
    });
    expect(reason).toBe("it ends the process with SIGSEGV");
  });

  test.skipIf(builtAddonPath() === undefined)("loads the built addon and sees its libtorch", () => {
    const { loads, version } = checkAddon(builtAddonPath()!);
    expect(loads).toBe(true);
    expect(version).toMatch(/^\d+\.\d+/);
  });
});

/** An environment with an empty cache and a compiler of our own, a shell script. */
function buildWith(compiler: string) {
  return {
    ...process.env,
    LEEWAY_CACHE: scratchFolder(),
    CXX: writeProgram(scratchFolder(), "cxx", compiler),
  };
}
