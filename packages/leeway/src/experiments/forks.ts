import { RunError } from "../errors.ts";
import { recipeText } from "../records/index.ts";
import type { Recipe } from "../recipe/index.ts";
import type { StoredRun } from "../storage/index.ts";
import { changesSince, hasForkPoint, recipeOf, type SharedStage, sharedStage } from "../runs/index.ts";
import type { ComputeOptions } from "../training/index.ts";
import type { Cell } from "./experiment.ts";

/** A cell that resumes from another run's first stage. */
export interface Fork {
  readonly cell: Cell;
  /** The first epoch that is its own. */
  readonly epoch: number;
  /** The id of a run, or the method of the cell before it. */
  readonly from: string;
}

/**
 * The run that a recipe can go on from, at the end of that run's first stage, with the bits of a run from the start: of
 * several the one that has come the farthest. Undefined where there is none.
 *
 * @param runs    in any state: one that has come past its first stage will do
 * @param compute how the recipe is to be computed
 */
export function trunkAmong(
  runs: readonly StoredRun[],
  recipe: Recipe,
  compute: ComputeOptions = {},
): StoredRun | undefined {
  const setting = settingOf(recipe);
  const trunks = runs.flatMap((run) => {
    if (settingOf(run.record.recipe) !== setting || !hasForkPoint(run)) return [];
    const own = stageOfRun(run);
    return own !== null && serves(own, recipe) && hasOurBits(run, compute) ? [{ run, epoch: own.epoch }] : [];
  });
  const farthest = Math.max(...trunks.map(({ epoch }) => epoch));
  return trunks.find(({ epoch }) => epoch === farthest)?.run;
}

/** Whether a run was trained as it would be here and now, all of it. */
function hasOurBits(run: StoredRun, { device = "cpu", reproducible = true }: ComputeOptions): boolean {
  const { resumed = [], forkedFrom } = run.record;
  const changes = [...resumed.flatMap((each) => each.changes), ...(forkedFrom?.changes ?? [])];
  return changes.length === 0 && changesSince(run, { device, reproducible }).length === 0;
}

/**
 * The cells in an order in which every first stage is trained once: of cells on the same data, those come first that
 * others can go on from. Where nothing is shared the order stays.
 */
export function trunksFirst(cells: readonly Cell[]): Cell[] {
  const settings = new Map<string, Cell[]>();
  for (const cell of cells) {
    const setting = settingOf(cell.recipe);
    settings.set(setting, [...(settings.get(setting) ?? []), cell]);
  }
  return [...settings.values()].flatMap((group) => {
    const trunks = new Map<string, Cell>();
    for (const cell of group) {
      const stage = stageOf(cell.recipe);
      const key = stage?.key ?? recipeText(cell.recipe);
      const held = trunks.get(key);
      // Evaluations of methods that read their logits as they are serve all others.
      if (held === undefined || (isPlain(stage) && !isPlain(stageOf(held.recipe)))) trunks.set(key, cell);
    }
    const first = new Set(trunks.values());
    return [...group.filter((cell) => first.has(cell)), ...group.filter((cell) => !first.has(cell))];
  });
}

/**
 * Which of the cells go on from another's first stage, if they are run in this order.
 *
 * @param cells that are to be run, as {@link trunksFirst} orders them
 * @param runs  that are there
 */
export function forksAmong(
  cells: readonly Cell[],
  runs: readonly StoredRun[],
  compute: ComputeOptions = {},
): Fork[] {
  const before: { readonly cell: Cell; readonly stage: SharedStage }[] = [];
  return cells.flatMap((cell): Fork[] => {
    const stage = stageOf(cell.recipe);
    if (stage === null) return [];
    const run = trunkAmong(runs, cell.recipe, compute);
    const earlier = before.find((each) => serves(each.stage, cell.recipe));
    before.push({ cell, stage });
    if (run !== undefined) return [{ cell, epoch: stageOfRun(run)!.epoch, from: run.record.id }]; // it is a trunk
    return earlier === undefined ? [] : [{ cell, epoch: earlier.stage.epoch, from: earlier.cell.method }];
  });
}

/** Everything of a recipe but its method: on other data or with another seed nothing is shared. */
function settingOf(recipe: Parameters<typeof recipeText>[0]): string {
  return recipeText({ ...recipe, method: "any", methodOptions: {} });
}

/**
 * Whether a recipe does the same up to the end of a first stage, which need not be the end of its own. A plain trunk's
 * evaluations are the other's as well, or can be left out; those of a post-hoc one say nothing of it.
 */
function serves(trunk: SharedStage, recipe: Recipe): boolean {
  const other = stageOf(recipe, trunk.epoch);
  return trunk.key === other?.key && (isPlain(trunk) || !isPlain(other));
}

function isPlain(stage: SharedStage | null): boolean {
  return stage?.posthoc === "{}";
}

/** Null as well for a run of a method that this version does not know. */
function stageOfRun(run: StoredRun): SharedStage | null {
  try {
    return stageOf(recipeOf(run));
  } catch (error) {
    if (error instanceof RunError) return null;
    throw error;
  }
}

/** First stages that were worked out before: a sweep looks for each among many runs. */
const stages = new Map<string, SharedStage | null>();

function stageOf(recipe: Recipe, until?: number): SharedStage | null {
  const key = `${recipeText(recipe)} ${until ?? ""}`;
  const known = stages.get(key);
  if (known !== undefined) return known;
  const stage = sharedStage(recipe, until);
  stages.set(key, stage);
  return stage;
}
