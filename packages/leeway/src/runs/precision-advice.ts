import { libtorch } from "@leeway/torch";
import type { Precision } from "../recipe/index.ts";

/**
 * Advises float32 on an x86 processor without AVX-512: libtorch has bfloat16 kernels for no other there and computes one
 * number after the other, with sums rounded to 8 bits. A step of ResNet-32 then takes over 25 times as long as in
 * float32 (one with AVX2: 0.7 seconds and more than 20).
 *
 * @param instructions those that libtorch uses, as it names them
 */
export function precisionAdvice(
  { recipe, device }: { readonly recipe: { readonly precision: Precision }; readonly device: string },
  { instructions = libtorch().capability.libtorch, arch = process.arch } = {},
): string[] {
  if (recipe.precision !== "bf16" || device !== "cpu" || arch !== "x64") return [];
  if (/AVX512|AMX/.test(instructions)) return [];
  return [
    `Precision: bf16 needs AVX-512, and libtorch uses ${instructions} here: it would be tens of times slower than fp32, ` +
      "and less exact. Use --precision fp32.",
  ];
}
