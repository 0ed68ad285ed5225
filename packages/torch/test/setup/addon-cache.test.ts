import { realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addonAdvice, addonsDir, builtAddonPath, cacheRoot, type AddonBuild } from "@leeway/torch/setup";
import { describe as suite, expect, test } from "vitest";
import { sourcesHash } from "../../src/setup/addon-cache.ts";
import { libraryAt } from "../../src/setup/find-libtorch.ts";
import { scratchFolder, writeFiles } from "./scratch.ts";

suite("cacheRoot", () => {
  const usual = process.platform === "darwin" ? "/home/ada/Library/Caches/leeway" : "/home/ada/.cache/leeway";

  test.each([
    ["LEEWAY_CACHE before all", { LEEWAY_CACHE: "/a", XDG_CACHE_HOME: "/b", HOME: "/home/ada" }, "/a"],
    ["XDG_CACHE_HOME", { XDG_CACHE_HOME: "/b", HOME: "/home/ada" }, "/b/leeway"],
    [
      "the home folder where XDG_CACHE_HOME is not absolute",
      { XDG_CACHE_HOME: "b", HOME: "/home/ada" },
      usual,
    ],
    ["the home folder", { HOME: "/home/ada" }, usual],
  ])("follows %s", (_, env, root) => {
    expect(cacheRoot(env)).toBe(root);
  });
});

suite("builtAddonPath", () => {
  test("finds the addon of today's sources and this machine", () => {
    const { env, add } = cache();
    expect(builtAddonPath({ env })).toBeUndefined();
    const addon = add("one", {});
    expect(builtAddonPath({ env })).toBe(addon);
  });

  test("takes the one the set-up chose last", () => {
    const { env, add } = cache();
    const last = add("b", { chosenAt: "2026-01-02T00:00:00.000Z" });
    add("c", { chosenAt: "2026-01-01T00:00:00.000Z" });
    expect(builtAddonPath({ env })).toBe(last);
  });

  test.each([
    ["of other sources", { sources: "0" }, "got one of other sources in"],
    ["for another system", { platform: "aix" }, "got one for another machine in"],
    ["for another processor", { arch: "mips" }, "got one for another machine in"],
  ])("passes over one %s, and addonAdvice says so", (_, part, advice) => {
    const { env, add } = cache();
    add("one", part);
    expect(builtAddonPath({ env })).toBeUndefined();
    expect(addonAdvice({ env })).toContain(advice);
    expect(addonAdvice({ env })).toContain('Run "npx leeway setup".');
  });

  test("with LIBTORCH set, takes only an addon built against that folder", () => {
    const { env, add, libtorch } = cache();
    const root = realpathSync(scratchFolder());
    add("system", {});
    const asked = { ...env, LIBTORCH: root };
    expect(builtAddonPath({ env: asked })).toBeUndefined();
    expect(addonAdvice({ env: asked })).toContain(`LIBTORCH ("${root}")`);
    const addon = add("asked", { libtorch: { ...libtorch, source: "LIBTORCH", root } });
    expect(builtAddonPath({ env: asked })).toBe(addon);
  });

  test("passes over one whose libtorch was replaced where it lies, and addonAdvice says so", () => {
    const { env, add, library } = cache();
    const addon = add("one", {});
    expect(builtAddonPath({ env })).toBe(addon);
    writeFileSync(library.file, "of another size");
    expect(builtAddonPath({ env })).toBeUndefined();
    expect(addonAdvice({ env })).toContain(`got one against a libtorch since replaced (${library.file}) in`);
    rmSync(library.file);
    expect(builtAddonPath({ env })).toBeUndefined();
  });

  test("passes over a folder that is not whole", () => {
    const { env } = cache();
    writeFiles(addonsDir(env), {
      "half/leeway_torch.node": "",
      "torn/leeway_torch.node": "",
      "torn/build.json": '{"so',
      "empty/leeway_torch.node": "",
      "empty/build.json": "null",
    });
    expect(builtAddonPath({ env })).toBeUndefined();
    expect(addonAdvice({ env })).toContain("got none in");
  });
});

/** An empty cache, a libtorch_cpu, and a way to put a build into it that differs from a fitting one in `part`. */
function cache() {
  const env = { LEEWAY_CACHE: scratchFolder() };
  const libDir = scratchFolder();
  writeFiles(libDir, { "libtorch_cpu.so": "" });
  const library = libraryAt(join(libDir, "libtorch_cpu.so"));
  const libtorch: AddonBuild["libtorch"] = {
    source: "system",
    root: "/usr",
    version: "1.13.0",
    includeDirs: [],
    libDir,
    libraries: [],
    library,
    cxx11Abi: true,
    cuda: false,
    rocm: false,
  };
  const add = (name: string, part: Partial<AddonBuild>): string => {
    const build: AddonBuild = {
      sources: sourcesHash(),
      platform: process.platform,
      arch: process.arch,
      libtorch,
      blasDir: null,
      builtAt: "2026-01-01T00:00:00.000Z",
      chosenAt: "2026-01-01T00:00:00.000Z",
      ...part,
    };
    writeFiles(join(addonsDir(env), name), { "leeway_torch.node": "", "build.json": JSON.stringify(build) });
    return join(addonsDir(env), name, "leeway_torch.node");
  };
  return { env, add, libtorch, library };
}
