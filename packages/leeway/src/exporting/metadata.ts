import type { StoredRun } from "../storage/index.ts";

/**
 * What the graph's file says of its model, a text each: a program that has nothing but that file knows what came in and
 * what the numbers that come out mean.
 */
export function metadataOf(
  { record, summary }: StoredRun,
  { licence }: { readonly licence: string | undefined },
): Record<string, string> {
  const { data, recipe } = record;
  const { topOne, balancedAccuracy, macroF1, perClass } = summary?.test ?? {};
  const test = { topOne, balancedAccuracy, macroF1, perClass };
  return {
    classes: JSON.stringify(data.classNames),
    recipe: JSON.stringify(recipe),
    train_counts: JSON.stringify(data.trainCounts),
    data_fingerprint: data.contents ?? data.fingerprint,
    ...(summary?.test && { test_metrics: JSON.stringify(test) }),
    ...(licence !== undefined && { licence }),
    leeway: record.environment.leeway,
  };
}
