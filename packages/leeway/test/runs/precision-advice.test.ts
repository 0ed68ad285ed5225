import { describe as suite, expect, test } from "vitest";
import { precisionAdvice } from "../../src/runs/precision-advice.ts";

suite("precisionAdvice", () => {
  const advice = (precision: "fp32" | "bf16", device: string, instructions: string, arch = "x64"): string[] =>
    precisionAdvice({ recipe: { precision }, device }, { instructions, arch: arch as NodeJS.Architecture });

  test("advises fp32 where libtorch has no kernels for bf16", () => {
    expect(advice("bf16", "cpu", "AVX2")).toEqual([
      "Precision: bf16 needs AVX-512, and libtorch uses AVX2 here: it would be tens of times slower than fp32, and less exact. Use --precision fp32.",
    ]);
    expect(advice("bf16", "cpu", "NO AVX")).toHaveLength(1);
  });

  test("says nothing of fp32, of processors with AVX-512, of other processors and of GPUs", () => {
    expect(advice("fp32", "cpu", "AVX2")).toEqual([]);
    expect(advice("bf16", "cpu", "AVX512")).toEqual([]);
    expect(advice("bf16", "cpu", "DEFAULT", "arm64")).toEqual([]);
    expect(advice("bf16", "cuda:0", "AVX2")).toEqual([]);
  });
});
