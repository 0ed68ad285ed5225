import { finishedRun } from "../../analysis/index.ts";
import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  cellRecipe,
  type Choice,
  type Column,
  type FigureExperiment,
  type MethodRuns,
} from "../../experiments/index.ts";
import { methodOf } from "../../methods/index.ts";
import type { StoredRun } from "../../storage/index.ts";
import { counted } from "../../report/index.ts";

/** A picture of one column: what it is drawn from, and what it lacks. */
export interface Picture {
  readonly column: Column;
  /** Those that have runs; a picture without any is not drawn. */
  readonly methods: readonly MethodRuns[];
  /** What is not in it, and why: sentences. */
  readonly lacking: readonly string[];
}

/** The pictures of a figure, as far as finished runs go. */
export function picturesOf(
  { reads }: FigureExperiment,
  { places, seeds, settings }: Choice,
  runs: readonly StoredRun[],
): Picture[] {
  const readable = runs.filter(({ path }) => reads === undefined || existsSync(join(path, reads)));
  return [...new Set(places.map((place) => place.column))].map((column) => {
    const methods: MethodRuns[] = [];
    const lacking: string[] = [];
    for (const place of places.filter((each) => each.column === column)) {
      const { method: name } = place;
      const { title } = methodOf(name);
      const own: StoredRun[] = [];
      for (const seed of seeds) {
        const recipe = cellRecipe(place, seed, settings);
        const run = finishedRun(readable, recipe);
        if (run === undefined) {
          const why = finishedRun(runs, recipe) ? `whose run has no ${reads!}` : "which has no finished run"; // unreadable
          lacking.push(`Not drawn: ${title} on ${column.name}, seed ${seed}, ${why}.`);
        } else own.push(run);
      }
      if (own.length > 0) methods.push({ name, title, runs: own });
    }
    return { column, methods, lacking };
  });
}

/** "CIFAR-10, step, ratio 100", and below it "resnet32, 40 epochs, bf16, protocol paper; mean of seeds 0, 1". */
export function subtitleOf({ column, methods }: Picture, { settings }: Choice): string[] {
  const { model, epochs, precision, protocol } = settings;
  const how = `${model}, ${counted(epochs, "epoch", "epochs")}, ${precision}, protocol ${protocol}`;
  const titles = new Map<string, string[]>();
  for (const { title, runs } of methods) {
    const seeds = seedWords(runs);
    titles.set(seeds, [...(titles.get(seeds) ?? []), title]);
  }
  const [same, ...others] = titles.keys();
  if (others.length === 0) return [column.title, `${how}; ${same!}`]; // a picture has a method
  return [column.title, how, ...Array.from(titles, ([seeds, some]) => `${some.join(", ")}: ${seeds}`)];
}

function seedWords(runs: readonly StoredRun[]): string {
  const seeds = runs.map(({ record }) => record.recipe.seed);
  return seeds.length === 1 ? `seed ${seeds.join()}` : `mean of seeds ${seeds.join(", ")}`;
}
