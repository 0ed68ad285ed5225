import { builtAddonPath, cacheRoot, diagnose, installAdvice } from "@leeway/torch/setup";
import { describe as suite, expect, test } from "vitest";
import { gpuFinding, gpuWords } from "../../src/setup/diagnose.ts";
import { libtorchFiles, scratchFolder, writeFiles } from "./scratch.ts";

suite("diagnose", () => {
  test("looks at each thing once, and gives a cure for each that is missing", () => {
    const findings = diagnose({ env: { PATH: "", LEEWAY_CACHE: scratchFolder() } });
    const names = findings.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const missing = findings.filter(({ state }) => state === "missing");
    expect(missing.map(({ name }) => name)).toEqual(expect.arrayContaining(["compiler", "native part"]));
    for (const { cure } of missing) expect(cure).toBeTruthy();
    expect(names).not.toContain("Node headers");
  });

  test.each(["fedora", "arch", "alpine", "macos", "other"] as const)(
    "tells on %s what setup tells",
    (family) => {
      const system = { family, title: family, asRoot: null };
      const findings = diagnose({ env: { PATH: "", LEEWAY_CACHE: scratchFolder() }, system });
      const compiler = { name: "g++", why: "the C++ compiler", optional: false };
      expect(installAdvice([compiler], system)).toContain(
        findings.find(({ name }) => name === "compiler")!.cure,
      );
    },
  );

  test("names what to install by hand where the native part is built, as setup then installs nothing", () => {
    const system = { family: "debian", title: "Debian", asRoot: [] } as const;
    const cure = (LEEWAY_CACHE: string) =>
      diagnose({ env: { ...process.env, CXX: "no-such-compiler", LEEWAY_CACHE }, system }).find(
        ({ name }) => name === "compiler",
      )?.cure;
    expect(cure(scratchFolder())).toBe("npx leeway setup");
    if (builtAddonPath() !== undefined) expect(cure(cacheRoot())).toContain("apt-get install");
  });

  test("names a libtorch with CUDA where there is a GPU that the one in use cannot use", () => {
    const root = scratchFolder();
    const env = { PATH: "", LEEWAY_CACHE: scratchFolder(), LIBTORCH: root };
    const system = { family: "debian", title: "Debian", asRoot: null } as const;
    const gpu = () => diagnose({ env, system, gpu: true }).find(({ name }) => name === "GPU");
    writeFiles(root, libtorchFiles());
    expect(gpu()?.cure).toContain("libtorch-cuda-dev");
    expect(diagnose({ env, system, gpu: false }).map(({ name }) => name)).not.toContain("GPU");
    writeFiles(root, libtorchFiles({ gpu: "cuda" }));
    expect(gpu()).toBeUndefined();
  });

  test("names the GPUs that can be used, and why there are none", () => {
    const device = { name: "NVIDIA H200", memory: 150_110_011_392, capability: "9.0", bf16: true };
    const gpus = {
      platform: "CUDA",
      ...{ runtime: "13.0", cudnn: "9.19.0", driver: "580.159.03", reason: null, devices: [device] },
    } as const;
    const versions = "CUDA 13.0, cuDNN 9.19.0, driver 580.159.03";
    expect(gpuFinding(gpus, true)).toMatchObject({
      state: "ok",
      found: `NVIDIA H200 (139.8 GB), ${versions}`,
    });
    expect(gpuWords({ ...gpus, devices: [device, { ...device, memory: null }] })).toBe(
      `cuda:0 NVIDIA H200 (139.8 GB); cuda:1 NVIDIA H200, ${versions}`,
    );
    const none = { ...gpus, devices: [], reason: "CUDA driver version is insufficient" };
    expect(gpuFinding(none, true).state).toBe("warn");
    expect(gpuFinding(none, true).cure).toContain("nvidia-smi");
    expect(gpuFinding(none, false)).toMatchObject({ state: "ok", cure: null });
  });

  test("reports a LIBTORCH that is none instead of failing", () => {
    const env = { ...process.env, LIBTORCH: "/no/libtorch" };
    const libtorch = diagnose({ env }).find(({ name }) => name === "libtorch");
    expect(libtorch?.state).toBe("missing");
    expect(libtorch?.found).toContain('got "/no/libtorch"');
  });
});
