import { sameRecipe } from "../records/index.ts";
import type { StoredRun } from "../storage/index.ts";
import { runCost, type RunCost } from "./cost.ts";
import type { Cell } from "./experiment.ts";
import { finishedRun } from "./found-runs.ts";

/** What is left to be done of some cells, and what it costs. */
export interface Plan extends RunCost {
  /** Cells whose runs are finished. */
  readonly finished: number;
  /** The other cells. */
  readonly todo: readonly Cell[];
  /** How many of those have a run that was begun: it still runs, or was broken off. */
  readonly begun: number;
}

/** Looks for the cells among runs. */
export function planOf(cells: readonly Cell[], runs: readonly StoredRun[]): Plan {
  const todo = cells.filter(({ recipe }) => finishedRun(runs, recipe) === undefined);
  const costs = todo.map(({ recipe }) => runCost(recipe));
  const total = (of: (cost: RunCost) => number): number => costs.reduce((sum, cost) => sum + of(cost), 0);
  return {
    finished: cells.length - todo.length,
    todo,
    begun: todo.filter(({ recipe }) => runs.some(({ record }) => sameRecipe(record.recipe, recipe))).length,
    images: total(({ images }) => images),
    evaluated: total(({ evaluated }) => evaluated),
    work: total(({ work }) => work),
  };
}
