import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe as suite, expect, onTestFinished, test } from "vitest";
import { precisionAdvice } from "../../src/runs/precision-advice.ts";
import { processorFlags } from "../../src/runs/processor-flags.ts";

const haswell = new Set(["avx", "avx2", "fma"]);
const epyc = new Set([...haswell, "avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512_bf16"]);
const knightsLanding = new Set([...haswell, "avx512f", "avx512cd", "avx512er", "avx512pf"]);

suite("precisionAdvice", () => {
  const advice = (
    precision: "fp32" | "bf16",
    device: string,
    flags: ReadonlySet<string> | null,
    arch = "x64",
  ): string[] =>
    precisionAdvice({ recipe: { precision }, device }, { flags, arch: arch as NodeJS.Architecture });

  test("advises fp32 where the processor has no instructions for bf16", () => {
    expect(advice("bf16", "cpu", haswell)).toEqual([
      "Precision: bf16 needs AVX-512, which this processor does not have: it would be tens of times slower than fp32, and less exact. Use --precision fp32.",
    ]);
    expect(advice("bf16", "cpu", knightsLanding)).toHaveLength(1);
  });

  test("says nothing of fp32, of processors with AVX-512, of other processors and of GPUs", () => {
    expect(advice("fp32", "cpu", haswell)).toEqual([]);
    expect(advice("bf16", "cpu", epyc)).toEqual([]);
    expect(advice("bf16", "cpu", null, "arm64")).toEqual([]);
    expect(advice("bf16", "cuda:0", haswell)).toEqual([]);
  });
});

suite("processorFlags", () => {
  test("are those of the first processor, and unknown where nothing says so", () => {
    const folder = mkdtempSync(join(tmpdir(), "cpuinfo-"));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const path = join(folder, "cpuinfo");
    writeFileSync(
      path,
      "processor\t: 0\nflags\t\t: fpu avx2 avx512bw\nbugs\t\t: spectre\n\nprocessor\t: 1\n",
    );
    expect(processorFlags(path)).toEqual(new Set(["fpu", "avx2", "avx512bw"]));
    expect(processorFlags(join(folder, "none"))).toBeNull();
  });
});
