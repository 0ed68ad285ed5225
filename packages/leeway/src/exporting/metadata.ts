import type { Manifest } from "../inference/index.ts";
import type { StoredRun } from "../storage/index.ts";

/** What a manifest says of its run. */
export function trainedFacts({ record, summary }: StoredRun): NonNullable<Manifest["trained"]> {
  const { data, recipe, environment } = record;
  const test = summary?.test;
  return {
    ...{ run: record.id, at: record.createdAt, leeway: environment.leeway },
    ...{ dataset: recipe.dataset, network: recipe.model, method: recipe.method },
    fingerprint: data.contents ?? data.fingerprint,
    examples: data.trainSize,
    ...(test && {
      test: {
        ...{ accuracy: test.topOne, balancedAccuracy: test.balancedAccuracy, macroF1: test.macroF1 },
        ...{ perClass: test.perClass, examples: data.testSize },
      },
    }),
  };
}

/**
 * What the graph's file says of its model, a text each: a program that has nothing but that file knows what came in and
 * what the numbers that come out mean.
 */
export function metadataOf(
  run: StoredRun,
  { licence }: { readonly licence: string | undefined },
): Record<string, string> {
  const { data, recipe, environment } = run.record;
  const { fingerprint, test } = trainedFacts(run);
  return {
    classes: JSON.stringify(data.classNames),
    recipe: JSON.stringify(recipe),
    train_counts: JSON.stringify(data.trainCounts),
    data_fingerprint: fingerprint,
    ...(test && { test_metrics: JSON.stringify(test) }),
    ...(licence !== undefined && { licence }),
    leeway: environment.leeway,
  };
}
