import { libtorch } from "@leeway/torch";
import { builtAddonPath, cudaAdvice, operatingSystem } from "@leeway/torch/setup";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe as suite, expect, test } from "vitest";
import { leeway } from "./leeway-process.ts";

const addon = builtAddonPath();
const emptyCache = mkdtempSync(join(tmpdir(), "leeway-setup-command-"));
afterAll(() => {
  rmSync(emptyCache, { recursive: true });
});

// A slim container: no compiler, no sudo, nothing that could install one.
const slim = { PATH: "", CXX: "no-such-compiler" };

suite("leeway setup where there is no compiler", () => {
  test.skipIf(addon === undefined)("is ready where the native part works", async () => {
    const { code, stdout, stderr } = await leeway(["setup", "--json"], { environment: slim });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({ ready: true, installed: [], built: false, addon });
  });

  test("asks for one where the native part has to be built", async () => {
    const environment = { ...slim, LEEWAY_CACHE: emptyCache };
    const { code, stderr } = await leeway(["setup"], { environment });
    expect(code).toBe(4);
    expect(stderr).toMatch(/g\+\+|C\+\+ compiler/);
  });
});

suite("--device cuda", () => {
  test.skipIf(addon === undefined || libtorch().cuda)(
    "says where a libtorch with CUDA comes from",
    async () => {
      const { code, stderr } = await leeway(["train", "--dataset", "fashion-mnist", "--device", "cuda"]);
      expect(code).toBe(2);
      expect(stderr.replace(/\s+/g, " ")).toContain(cudaAdvice(operatingSystem()));
      expect(cudaAdvice({ family: "debian" })).toContain("libtorch-cuda-dev");
    },
  );

  test("names what it takes for one that there is no device of", async () => {
    const refused = async (...device: string[]): Promise<string> => {
      const { code, stderr } = await leeway(["train", "--dataset", "fashion-mnist", ...device]);
      expect(code).toBe(2);
      return stderr;
    };
    expect(await refused("--device", "gpu")).toContain("--device: expected cpu, cuda or cuda:N");
    expect(await refused("--device", "cuda:99")).toMatch(/error: --device: expected (cpu|cuda:0)/);
    expect(await refused("--nondeterministic")).toContain("expected a GPU, --device cuda");
  });
});
