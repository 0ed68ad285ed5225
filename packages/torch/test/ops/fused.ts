import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { libtorch } from "../../src/device.ts";
import { builtAddonPath } from "../../src/setup/index.ts";
import { expectClose } from "../../src/testing.ts";

const widest = libtorch().capability.libtorch;
const hasAvx512 = /AVX512|AMX/.test(widest);

/** The instruction sets that our kernels choose among on this processor, plainest first: libtorch trusts a wider name. */
export const instructionSets: readonly string[] = [
  "default",
  ...(hasAvx512 || widest.includes("AVX2") ? ["avx2"] : []),
  ...(hasAvx512 ? ["avx512"] : []),
];

/** Whether libtorch multiplies in bfloat16 and sums in float32: on x86 without AVX-512 it rounds the sums, too. */
export const sumsBFloat16InFloat32 = process.arch !== "x64" || hasAvx512;

/** Whether the gradient of a convolution's weight in bfloat16 is our own: elsewhere it is oneDNN's, which sums by threads. */
export const hasOwnWeightGradient = /\bamx_bf16\b/.test(readIfThere("/proc/cpuinfo"));

function readIfThere(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

/** What goes around a normalisation. */
export const variants = [
  { relu: false, added: false },
  { relu: true, added: false },
  { relu: false, added: true },
  { relu: true, added: true },
] as const;

/** Compares lists of numbers by name, each with a tolerance for its largest number. */
export function expectSame(
  got: Readonly<Record<number, readonly number[]>>,
  wanted: Readonly<Record<number, readonly number[]>>,
  rtol: number,
): void {
  const found = new Map(Object.entries(got));
  for (const [name, values] of Object.entries(wanted)) {
    const largest = values.reduce((max, value) => Math.max(max, Math.abs(value)), 1);
    expectClose(found.get(name) ?? [], values, { rtol, atol: rtol * largest });
  }
}

/** What a script among the fixtures computes with an instruction set, in a process of its own. */
export function computedWith(set: string, fixture: string, ...more: readonly string[]): number[] {
  const script = fileURLToPath(new URL(`../fixtures/${fixture}`, import.meta.url));
  const env = { ...process.env, ATEN_CPU_CAPABILITY: set };
  const args = [script, builtAddonPath()!, ...more]; // these tests use it
  return JSON.parse(execFileSync(process.execPath, args, { env, encoding: "utf8" })) as number[];
}
