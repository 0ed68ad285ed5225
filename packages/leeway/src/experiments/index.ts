import type { Experiment, FigureExperiment, TunedExperiment } from "./experiment.ts";
import { fig2 } from "./figures/class-errors.ts";
import { fig3 } from "./figures/learning-curves.ts";
import { fig5 } from "./figures/feature-sphere.ts";
import { fig6 } from "./figures/feature-quality.ts";
import { table3, table4 } from "./tables/photographs.ts";
import { table2, table5 } from "./tables/cifar.ts";
import { table6 } from "./tables/imbalanced-test.ts";
import { table1 } from "./tables/imdb.ts";

export { earlierSpeed, median, runCost, type RunCost, type Speed } from "./cost.ts";
export {
  type Cell,
  cellRecipe,
  cellsOf,
  type Choice,
  type Column,
  type Experiment,
  type FigureExperiment,
  type FigureRequest,
  type MethodRuns,
  type Place,
  placesOf,
  type Runnable,
  type Settings,
  type TunedExperiment,
  type TunedRow,
  type TunedSettings,
} from "./experiment.ts";
export { caveats, type FilledCell, filledTable } from "./filled-table.ts";
export { findRuns, type FoundRuns, runsReader } from "./found-runs.ts";
export { type Fork, forksAmong, trunkAmong, trunksFirst } from "./forks.ts";
export { measuredSpeed } from "./measured-speed.ts";
export {
  deferralRecipes,
  largestFitting,
  pilotRecipes,
  reachedShare,
  triedDeferrals,
  type TriedMargin,
  triedMargins,
} from "./method-search.ts";
export { type Plan, planOf } from "./plan.ts";
export { sweep, type SweepEvent, type SweepOptions } from "./sweep.ts";
export {
  chosenCells,
  expectedCells,
  searchCells,
  type TunedChoice,
  tunedMeasures,
  type TunedResult,
  tunedTable,
} from "./tuned-table.ts";
export { candidatesOf, type Chosen, chosenOf } from "./tuning.ts";
export { sharing } from "./shared-data.ts";
export { cifarColumns, columnOf } from "./tables/cifar.ts";

/** Every table and figure of the paper with results: tables first, each in the paper's order. */
export const experiments: readonly (Experiment | FigureExperiment | TunedExperiment)[] = [
  table1,
  table2,
  table3,
  table4,
  table5,
  table6,
  fig2,
  fig3,
  fig5,
  fig6,
].sort((one, other) => order(one.name) - order(other.name));

function order(name: string): number {
  return (name.startsWith("fig") ? 100 : 0) + Number(/\d+$/.exec(name)?.[0]);
}
