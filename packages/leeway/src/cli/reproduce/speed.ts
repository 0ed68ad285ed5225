import { earlierSpeed, measuredSpeed, type Speed } from "../../experiments/index.ts";
import type { Recipe } from "../../recipe/index.ts";
import type { StoredRun } from "../../storage/index.ts";
import { processorName } from "../../runs/index.ts";

/**
 * How fast a recipe trains here: as earlier runs did, else by a few steps with the threads that are set.
 *
 * Null where there are no such runs and no step can be made: the native part is missing.
 */
export async function knownSpeed(
  runs: readonly StoredRun[],
  recipe: Recipe,
  { threads }: { readonly threads?: number | undefined },
): Promise<Speed | null> {
  const earlier = earlierSpeed(runs, recipe, { cpu: processorName(), threads });
  if (earlier !== null) return earlier;
  console.error("No earlier run tells how fast this machine is: measuring a few steps.");
  try {
    return await measuredSpeed(recipe);
  } catch (error) {
    // By name and code, as `main` knows it: any other error is one.
    const missing = error instanceof Error && error.name === "TorchError" && "code" in error;
    if (missing && error.code === "missing") return null;
    throw error;
  }
}
