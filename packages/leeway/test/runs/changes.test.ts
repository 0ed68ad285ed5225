import { describe as suite, expect, test } from "vitest";
import type { EnvironmentRecord } from "../../src/records/index.ts";
import { changeText, environmentChanges } from "../../src/runs/changes.ts";

const onCpu: EnvironmentRecord = {
  ...{ leeway: "0.1.0", node: "20.20.2", libtorch: "2.6.0", blas: "openblas-openmp" },
  ...{ cpu: "a processor", threads: 2, os: "Linux x64", device: "cpu" },
};
const gpu = { name: "a card", runtime: "CUDA 12.4", cudnn: "9.1.0", driver: "550.54", reproducible: true };
const onGpu: EnvironmentRecord = { ...onCpu, device: "cuda", gpu };

const texts = (before: EnvironmentRecord, now: EnvironmentRecord): string[] =>
  environmentChanges(before, now).map(changeText);

suite("environmentChanges", () => {
  test("names what decides the bits of a processor, and not its operating system", () => {
    const other = { ...onCpu, os: "Darwin arm64", threads: 4, blas: "mkl" };
    expect(texts(onCpu, other)).toEqual(['blas: "openblas-openmp" → "mkl"', "threads: 2 → 4"]);
    const { device, ...older } = onCpu;
    expect(device).toBe("cpu");
    expect(texts(older, onCpu)).toEqual([]);
  });

  test("names what decides the bits of a GPU, and not the processor beside it", () => {
    expect(texts(onGpu, { ...onGpu, cpu: "another", threads: 16, blas: "mkl" })).toEqual([]);
    expect(texts(onGpu, { ...onGpu, device: "cuda:1" })).toEqual([]);
    const other = { ...gpu, name: "another card", driver: "580.159", reproducible: false };
    expect(texts(onGpu, { ...onGpu, gpu: other })).toEqual([
      'gpu.name: "a card" → "another card"',
      'gpu.driver: "550.54" → "580.159"',
      "gpu.reproducible: true → false",
    ]);
  });

  test("names the device where a run moves from one to the other", () => {
    expect(environmentChanges(onGpu, onCpu).map(({ what }) => what)).toEqual(["device", "gpu"]);
    expect(environmentChanges(onCpu, onGpu).map(({ what }) => what)).toEqual(["device", "gpu"]);
    expect(environmentChanges(onCpu, onGpu).every(({ harmless }) => harmless)).toBe(true);
  });
});
