import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeSafetensors, encodeSafetensors, optim, scope, type Tensor } from "@leeway/torch";
import { datasetEntry } from "../data/index.ts";
import { RunError } from "../errors.ts";
import { firstStage, methodOf, stagesOf, unnamedWeights } from "../methods/index.ts";
import { expectedCounts, type Recipe, testPriorClasses } from "../recipe/index.ts";
import { type DataRecord, type EpochRecord, recipeText } from "../records/index.ts";
import { type RunFolder, type StoredRun, writeFileAtomically } from "../storage/index.ts";
import type { Session } from "../training/index.ts";
import type { ChosenEpoch } from "./chosen-epoch.ts";
import { fitting, part, sessionState, type State } from "./session-state.ts";

/** The network and its optimizer at the end of the first stage, in the folder of a run that came past it. */
export const firstStageFile = "first-stage.safetensors";

/**
 * The epoch before which a run keeps its state for others: the first decay of the learning rate, or the method's
 * own second stage where that comes earlier; null where there is neither.
 *
 * @param stages of the run's method
 */
function forkEpoch(
  { schedule, epochs }: Pick<Recipe, "schedule" | "epochs">,
  stages: readonly { readonly fromEpoch: number }[],
): number | null {
  const decay = schedule.decays[0]?.fromEpoch ?? epochs;
  const epoch = Math.min(decay, stages[1]?.fromEpoch ?? epochs);
  return epoch > 0 && epoch < epochs ? epoch : null;
}

const mismatch = "the state of this network, got another";

/** Where a run stood at the end of its first stage: enough to go on from there with another second stage. */
export interface ForkPoint {
  /** The run's id. */
  readonly run: string;
  /** The first epoch that is not done. */
  readonly epoch: number;
  /** The records of the epochs before. */
  readonly epochs: readonly EpochRecord[];
  /** What of versions and machine has changed since, and was allowed. */
  readonly changes?: readonly string[];
  /** Of the run's record: what goes on from it chooses its epoch as it did. */
  readonly counts: Pick<DataRecord, "validationSize" | "validationCounts">;
  /** The file of the state. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Whether a run whose next epoch is `epoch` is at its fork point; a run without a second stage never is. */
export function isForkEpoch({ recipe, stages }: Session, epoch: number): boolean {
  return epoch === forkEpoch(recipe, stages);
}

/** Whether a run kept its state at the end of its first stage, so that others can go on from there. */
export function hasForkPoint({ path }: StoredRun): boolean {
  return existsSync(join(path, firstStageFile));
}

/**
 * Writes the network, what the optimizer remembers, and the epoch chosen so far. Random numbers need no state:
 * they follow from the seed and the epoch.
 */
export function writeForkPoint(folder: RunFolder, session: Session, chosen: ChosenEpoch): void {
  const state = sessionState(session, chosen);
  const metadata = {
    format: "pt",
    epoch: String(forkEpoch(session.recipe, session.stages)),
    steps: String(state.steps),
    chosen: String(state.chosen ?? ""),
  };
  writeFileAtomically(folder.file(firstStageFile), encodeSafetensors(state.tensors, metadata));
}

/**
 * The fork point of a run.
 *
 * @throws RunError with code "run" where it kept none, or what it kept is damaged
 */
export function readForkPoint({ path, record, epochs }: StoredRun): ForkPoint {
  const inside = join(path, firstStageFile);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(inside);
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    const [got, advice] =
      code === "ENOENT"
        ? ["no such file", "Only a run that has come past its deferral or first decay can be forked."]
        : [code, "Check that you may read it."];
    const message = `${inside}: expected the end of the run's first stage, got ${got}. ${advice}`;
    throw new RunError("run", message, { path: inside, cause });
  }
  const epoch = fitting(inside, mismatch, () =>
    scope(() => Number(decodeSafetensors(bytes).metadata["epoch"] ?? Number.NaN)),
  );
  if (!Number.isSafeInteger(epoch) || epoch < 1 || epochs.length < epoch) {
    const message = `${inside}: expected an epoch that the run has done, got ${epoch}. Train the run again.`;
    throw new RunError("run", message, { path: inside });
  }
  return {
    ...{ run: record.id, epoch, epochs: epochs.slice(0, epoch), path: inside, bytes },
    counts: record.data,
  };
}

/** Puts the network of a new session where another run's stood; the optimizer begins anew. */
export function loadFirstStage({ bytes, path }: ForkPoint, { model }: Session): void {
  fitting(path, mismatch, () => {
    scope(() => {
      const { tensors } = decodeSafetensors(bytes);
      const averages = optim.WeightAverage.averagesIn(part("average", tensors)); // what was measured, where there are some
      const own = model.stateDict();
      model.loadStateDict(renamed(own, averages ?? part("model", tensors)));
    });
  });
}

/** Puts a new session where another run stood. */
export function resumeFrom({ bytes, epochs, path }: ForkPoint, session: Session, chosen: ChosenEpoch): void {
  fitting(path, mismatch, () => {
    scope(() => {
      const { tensors, metadata } = decodeSafetensors(bytes);
      const own = session.model.stateDict();
      session.model.loadStateDict(renamed(own, part("model", tensors)));
      session.branch?.loadStateDict(part("branch", tensors));
      session.optimizer.loadState({ steps: Number(metadata["steps"]), tensors: part("optimizer", tensors) });
      session.average?.loadState(renamed(session.average.state(), part("average", tensors)));
      const record = metadata["chosen"] === "" ? undefined : epochs[Number(metadata["chosen"])];
      if (record?.evaluation) chosen.resume({ record, weights: renamed(own, part("chosen", tensors)) });
    });
  });
}

/**
 * A network's state under the names of another network with the same first stage. Scales of logits rest at 1 through
 * it, as they still do in the new network: where only one of the two has them, nothing is lost.
 */
function renamed(own: State, trunk: State): State {
  const isScale = ([name]: [string, Tensor]): boolean => name.endsWith(".scale");
  const rest = Object.entries(trunk).filter((entry) => !isScale(entry));
  return Object.fromEntries([...rest, ...Object.entries(own).filter(isScale)]);
}

/** The first stage of a recipe: recipes with the same `key` share it, up to `epoch`. */
export interface SharedStage {
  readonly key: string;
  /** The first epoch that is not shared. */
  readonly epoch: number;
  /** What is done to logits when they are read: evaluations in the shared epochs are those of methods with the same. */
  readonly posthoc: string;
}

/** Classes that losses are compared on where nobody knows how many there are before the data is read. */
const anyClasses = 10;

/** Whether patience, which counts from a method's last stage on, may end a run before an epoch. */
export function mayEndBefore(
  epoch: number,
  { patience }: Pick<Recipe, "patience">,
  stages: readonly { readonly fromEpoch: number }[],
): boolean {
  return patience !== undefined && (stages.at(-1)?.fromEpoch ?? 0) < epoch;
}

/**
 * The first stage of a recipe; null where it has no second one, or patience may end the run within it: from the start it
 * might then end before the epoch that another run's state is of.
 *
 * @param until an epoch within it, where less of it is of interest; by default all of it
 */
export function sharedStage(recipe: Recipe, until = Infinity): SharedStage | null {
  const method = methodOf(recipe.method, recipe.methodOptions);
  // Where counts are only known once the data is read, any unequal ones tell methods apart, but not test priors.
  const known = recipe.source === undefined ? datasetEntry(recipe.dataset).classes : testPriorClasses(recipe);
  const certain = expectedCounts(recipe);
  const counts = certain ?? Array.from({ length: known ?? anyClasses }, (_, j) => j + 1);
  const stages = stagesOf(method, counts, recipe.epochs);
  const own = forkEpoch(recipe, stages);
  if (own === null || mayEndBefore(own, recipe, stages)) return null;
  const epoch = Math.min(own, until);
  const rest = recipeText({ ...recipe, method: "any", methodOptions: {} });
  const given = unnamedWeights(recipe, counts.length);
  const stage = firstStage(method, counts, { epoch, epochs: recipe.epochs, given });
  return {
    key: JSON.stringify([rest, epoch, stage, certain === null && (method.values.testPrior ?? null)]),
    epoch,
    posthoc: JSON.stringify(method.posthoc ?? {}),
  };
}
