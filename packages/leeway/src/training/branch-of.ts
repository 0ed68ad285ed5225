import { Generator, scope } from "@leeway/torch";
import type { Contrast } from "../methods/index.ts";
import type { Model } from "../models/index.ts";
import { BalancedContrast } from "./balanced-contrast.ts";
import { ClassDistributions } from "./class-distributions.ts";
import type { ContrastiveBranch } from "./contrastive-branch.ts";

const kinds = { proco: ClassDistributions, bcl: BalancedContrast } as const;

/** The branch that a method has beside a network, with initial values of its own; null where it has none. */
export function branchOf(
  contrast: Contrast | undefined,
  model: Model,
  { seed, device }: { readonly seed: number; readonly device: string },
): ContrastiveBranch | null {
  if (contrast === undefined) return null;
  const branch = scope(() => new kinds[contrast.kind](model, contrast, new Generator(seed)));
  return device === "cpu" ? branch : branch.to({ device });
}
