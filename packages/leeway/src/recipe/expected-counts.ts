import { datasetFacts } from "../catalogue/index.ts";
import { profileCounts } from "../imbalance/index.ts";
import type { Recipe } from "./fields.ts";

/** The number of classes that a test prior speaks of: all that is known of custom data's before it is read. */
export function testPriorClasses({ methodOptions: { testPrior } }: Recipe): number | undefined {
  return Array.isArray(testPrior) ? testPrior.length : undefined;
}

/**
 * The class counts that a recipe trains on, before anything is held out; null where only the data can tell.
 *
 * @throws ArgumentError if the profile would leave a class empty
 */
export function expectedCounts(recipe: Recipe): number[] | null {
  const { dataset, source, profile, ratio, maxPerClass, keep } = recipe;
  if (source !== undefined || profile === "natural" || keep !== undefined) return null;
  const { classes, smallestClass } = datasetFacts(dataset);
  return profileCounts(profile, { classes, max: maxPerClass ?? smallestClass, ratio });
}
