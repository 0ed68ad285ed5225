import { finishedRun, unfinishedRuns } from "../analysis/index.ts";
import type { StoredRun } from "../storage/index.ts";
import type { ComputeOptions } from "../training/index.ts";
import { runCost, type RunCost } from "./cost.ts";
import type { Cell } from "./experiment.ts";
import { type Fork, forksAmong, trunksFirst } from "./forks.ts";

/** What is left to be done of some cells, and what it costs: of a run that was begun, the epochs that it has not done. */
export interface Plan extends RunCost {
  /** Cells whose runs are finished. */
  readonly finished: number;
  /** The other cells, in the order in which they are run. */
  readonly todo: readonly Cell[];
  /** Those of them that go on from a first stage that is there, or that a cell before them trains. */
  readonly forks: readonly Fork[];
  /** The work that forking saves, as images of a plain training step; `work` is without it. */
  readonly saved: number;
  /** How many of those to do have a run that was begun: it still runs, or was broken off. */
  readonly begun: number;
}

/** Looks for the cells among runs; by default the CPU is to compute what is left. */
export function planOf(
  cells: readonly Cell[],
  runs: readonly StoredRun[],
  compute: ComputeOptions = {},
): Plan {
  const todo = trunksFirst(cells.filter(({ recipe }) => finishedRun(runs, recipe) === undefined));
  const forks = forksAmong(todo, runs, compute);
  const begun = todo.map(({ recipe }) => unfinishedRuns(runs, recipe));
  const own = todo.map((cell, i) => {
    const done = Math.max(0, ...begun[i]!.map(({ epochs }) => epochs.length)); // as long as todo
    const forked = forks.find((fork) => fork.cell === cell)?.epoch ?? 0;
    const cost = runCost(cell.recipe, { fromEpoch: Math.max(done, forked) });
    return { ...cost, saved: runCost(cell.recipe, { fromEpoch: done }).work - cost.work };
  });
  const total = (of: (cost: (typeof own)[number]) => number): number =>
    own.reduce((sum, cost) => sum + of(cost), 0);
  return {
    finished: cells.length - todo.length,
    todo,
    forks,
    saved: total((cost) => cost.saved),
    begun: begun.filter((found) => found.length > 0).length,
    images: total(({ images }) => images),
    evaluated: total(({ evaluated }) => evaluated),
    work: total((cost) => cost.work),
  };
}
