import { RunError } from "../errors.ts";
import {
  firstStage,
  firstStageDifference,
  givenWeights,
  type Method,
  type MethodOptions,
  methodOf,
  stagesOf,
  takenOptions,
} from "../methods/index.ts";
import { type Protocol, type Recipe, recipeFor } from "../recipe/index.ts";
import type { Summary } from "../records/index.ts";
import { readRun, type StoredRun } from "../storage/index.ts";
import { allowedChanges, type Change, environmentChanges } from "./changes.ts";
import { environmentRecord } from "./environment.ts";
import { type ForkPoint, mayEndBefore, readForkPoint } from "./fork-point.ts";
import { loadRunData, requireSameDataHash, requireSameExamples } from "./run-data.ts";
import { recipeOf } from "./open-session.ts";
import { recordedPreparation } from "./stored-preparation.ts";
import { type RunOptions, runRecipe } from "./run.ts";
import type { ComputeOptions } from "../training/index.ts";
import type { RunEvent } from "./train-run.ts";

/** A method to go on with. */
export interface ForkMethod {
  readonly name: string;
  /** All of them; by default those of {@link forkOptions}. */
  readonly options?: MethodOptions;
}

/** How a fork is trained. */
export interface ForkOptions extends Omit<RunOptions, "from"> {
  /** Goes on with other versions, on another machine or with other threads, which is recorded. */
  readonly allowChange?: boolean | undefined;
  /** What chooses the epoch among those after the fork; by default the run's, of all its epochs. */
  readonly protocol?: Protocol | undefined;
}

/**
 * Trains another method from where a run stood at the end of its first stage, into a folder of its own.
 *
 * The first stages must be the same: loss, last layer, weights, odds and regularisers up to that epoch. The
 * result is then that of training the method from the start, to the bit, at the cost of the second stage.
 * A method that reads its logits in another way (post-hoc), or another protocol, has no evaluations in the shared epochs.
 *
 * @param path the run's folder
 * @throws RunError with code "usage" naming how the first stages differ; with code "run" where the run kept no state, or
 *   versions, machine or threads are not those it was trained with
 */
export async function* forkRun(
  path: string,
  method: ForkMethod,
  options: ForkOptions,
): AsyncGenerator<RunEvent, Summary, undefined> {
  const run = readRun(path);
  const compute = computeOf(run, options);
  const changes = allowedChanges(path, changesSince(run, compute), options.allowChange);
  const fork = { ...readForkPoint(run), changes };
  const recipe = forked(run, fork, { ...method, protocol: options.protocol });
  const data =
    options.data ?? (await loadRunData(recipe, { ...options, recorded: recordedPreparation(run) }));
  requireSameExamples(run, data);
  await requireSameDataHash(run, data);
  const from = sharedPart(fork, recipeOf(run), recipe);
  return yield* runRecipe(recipe, { ...options, ...compute, data, from });
}

/**
 * Refuses methods that cannot go on from a run's fork point, before anything is trained.
 *
 * @throws RunError with code "usage" naming how the first stages differ; with code "run" where the run kept no state
 */
export function requireForkable(
  run: StoredRun,
  methods: readonly ForkMethod[],
  {
    allowChange,
    protocol,
    ...compute
  }: Pick<ForkOptions, "allowChange" | "protocol" | "device" | "reproducible"> = {},
): void {
  allowedChanges(run.path, changesSince(run, compute), allowChange);
  const fork = readForkPoint(run);
  for (const method of methods) forked(run, fork, { ...method, protocol });
}

/** The recipe of a run with another method, where both train the same up to the fork point. */
function forked(
  run: StoredRun,
  { epoch }: ForkPoint,
  { name, options = forkOptions(run, name), protocol }: ForkMethod & Pick<ForkOptions, "protocol">,
): Recipe {
  const own = recipeOf(run);
  const changed = { method: name, methodOptions: options, ...(protocol && { protocol }) };
  const recipe = recipeFor(own.dataset, { ...own, ...changed });
  const { trainCounts, classNames } = run.record.data;
  requirePatient(recipe, epoch, trainCounts);
  const until = { epoch, epochs: recipe.epochs, given: givenWeights(recipe, classNames) };
  const [before, after] = [own, recipe].map((each) => firstStage(methodIn(each), trainCounts, until));
  const difference = firstStageDifference(before!, after!); // of both
  if (difference === null) return recipe;
  const message =
    `fork: expected a method with the first stage of ${calledIn(own)} up to epoch ${epoch}, ` +
    `got ${calledIn(recipe)}, whose ${difference} differs. Train it from the start.`;
  throw new RunError("usage", message);
}

/** Refuses a method whose run might have ended by its patience before the epoch that it would go on from. */
function requirePatient(recipe: Recipe, epoch: number, counts: readonly number[]): void {
  if (!mayEndBefore(epoch, recipe, stagesOf(methodIn(recipe), counts, recipe.epochs))) return;
  const message =
    `fork: expected a method with a stage of its own from epoch ${epoch} on, since the run has a patience, ` +
    `got ${calledIn(recipe)}, which might have ended before. Train it from the start.`;
  throw new RunError("usage", message);
}

/**
 * The options of a method that a run is forked with: those requested, and below them the run's parameters that the method
 * has too, and its regularisers. When it defers is a method's own matter.
 */
export function forkOptions(run: StoredRun, name: string, requested: MethodOptions = {}): MethodOptions {
  const own = Object.entries(recipeOf(run).methodOptions).filter(([option]) => option !== "deferAt");
  return { ...takenOptions(methodOf(name, requested), Object.fromEntries(own)), ...requested };
}

/** What of versions and machine has changed since a run was trained; by default its own kind of device computes. */
export function changesSince(run: StoredRun, compute: ComputeOptions = {}): Change[] {
  return environmentChanges(run.record.environment, environmentRecord(computeOf(run, compute)));
}

/** How a run was computed, as far as nothing else is requested. */
function computeOf(
  { record: { environment } }: StoredRun,
  { device, reproducible }: ComputeOptions,
): Required<Pick<ComputeOptions, "device" | "reproducible">> {
  return {
    device: device ?? environment.device ?? "cpu",
    reproducible: reproducible ?? environment.gpu?.reproducible ?? true,
  };
}

/** A method's name; of one that options name the parts of, these. */
function calledIn(recipe: Recipe): string {
  const { own, title, name } = methodIn(recipe);
  return own ? title : name;
}

function methodIn({ method, methodOptions }: Recipe): Method {
  return methodOf(method, methodOptions);
}

/** The fork point as the new recipe may use it: without evaluations that it reads in another way, or does not make. */
function sharedPart(from: ForkPoint, before: Recipe, after: Recipe): ForkPoint {
  const [read, readAfter] = [before, after].map((recipe) => JSON.stringify(methodIn(recipe).posthoc));
  if (read === readAfter && before.protocol === after.protocol) return from;
  return { ...from, epochs: from.epochs.map((epoch) => ({ ...epoch, evaluation: null })) };
}
