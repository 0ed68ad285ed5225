import { libtorch } from "@leeway/torch";
import type { Precision } from "../recipe/index.ts";
import { processorFlags } from "./processor-flags.ts";

/** What oneDNN, libtorch's library of convolutions and matrix products, needs for bfloat16. */
const needed = ["avx512bw", "avx512dq", "avx512vl"];

/**
 * Advises float32 on an x86 processor without AVX-512: libtorch has bfloat16 kernels for no other there and computes one
 * number after the other, with sums rounded to 8 bits. A step of ResNet-32 then takes over 25 times as long as in
 * float32 (one with AVX2: 0.7 seconds and more than 20).
 *
 * The processor decides: oneDNN looks at it by itself, whatever vectors libtorch's own operators are held to.
 */
export function precisionAdvice(
  { recipe, device }: { readonly recipe: { readonly precision: Precision }; readonly device: string },
  { arch = process.arch, flags = processorFlags() } = {},
): string[] {
  if (recipe.precision !== "bf16" || device !== "cpu" || arch !== "x64") return [];
  const has = flags ? needed.every((each) => flags.has(each)) : libtorch().capability.kernels === "AVX512";
  if (has) return [];
  return [
    "Precision: bf16 needs AVX-512, which this processor does not have: it would be tens of times slower than fp32, and " +
      "less exact. Use --precision fp32.",
  ];
}
