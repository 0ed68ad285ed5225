import {
  isAdaptive,
  type LearningRateSchedule,
  type OptimizerName,
  type Recipe,
  usualOf,
  usualSchedule,
} from "../recipe/index.ts";
import { usageError } from "./options.ts";
import type { PlaceOf } from "./said-in-file.ts";

/** What commander gives of the learning rate: a field is left out where it was not asked for. */
export interface ScheduleFlags {
  readonly optimizer?: OptimizerName;
  readonly lr?: number;
  readonly warmupEpochs?: number;
  readonly decayAt?: readonly number[];
  readonly decayFactor?: number;
}

/** What a configuration file says of the steps, and where. */
export interface ScheduleInFile {
  readonly optimizer?: OptimizerName;
  readonly schedule?: Partial<LearningRateSchedule>;
  readonly placeOf: PlaceOf;
}

/**
 * The schedule that was asked for: by options, else by the configuration file; the rest is usual for the recipe.
 *
 * @throws RunError with code "usage" where it reaches past the run, which would be left out in silence
 */
export function askedSchedule(
  recipe: Recipe,
  flags: ScheduleFlags,
  file: ScheduleInFile,
): LearningRateSchedule {
  const { lr, warmupEpochs, decayAt, decayFactor } = flags;
  const usual = usualSchedule(usualOf(recipe), recipe);
  const scaled = { ...usual, ...(hasOtherKind(recipe, flags, file) ? withoutRate(file) : file.schedule) };
  if (decayAt === undefined) requireDecaysInFile(file, usual, recipe);
  else requireDecays(decayAt, recipe);
  requireWarmup(warmupEpochs, file, recipe);
  // Other epochs do not change by how much the rate drops.
  const { factor: first = 0.01 } = scaled.decays[0] ?? usual.decays[0] ?? {};
  const decays = decayAt?.map((fromEpoch) => ({ fromEpoch, factor: first })) ?? scaled.decays;
  return {
    base: lr ?? scaled.base,
    warmupEpochs: warmupEpochs ?? scaled.warmupEpochs,
    decays: decays.map(({ fromEpoch, factor }) => ({ fromEpoch, factor: decayFactor ?? factor })),
  };
}

/** Whether an option names an optimiser of another kind than the file's own. */
function hasOtherKind(recipe: Recipe, { optimizer }: ScheduleFlags, file: ScheduleInFile): boolean {
  const before = file.optimizer ?? usualOf(recipe).optimizer;
  return optimizer !== undefined && isAdaptive(optimizer) !== isAdaptive(before);
}

/** A file's schedule without its rate, which was made for the file's optimiser. */
function withoutRate({ schedule = {} }: ScheduleInFile): Partial<LearningRateSchedule> {
  return Object.fromEntries(Object.entries(schedule).filter(([name]) => name !== "base"));
}

const advice = "Leave it out to scale the usual schedule to the run.";

function requireDecays(decayAt: readonly number[], { epochs }: Recipe): void {
  const late = decayAt.find((epoch) => epoch >= epochs);
  if (late !== undefined) throw usageError("--decay-at", `epochs below --epochs, ${epochs}`, late, advice);
}

function requireDecaysInFile(
  { schedule: { decays = [] } = {}, placeOf }: ScheduleInFile,
  usual: LearningRateSchedule,
  { epochs }: Recipe,
): void {
  decays.forEach(({ fromEpoch }, i) => {
    // The usual drops of a run of an epoch or two round to its end, and its own configuration says so.
    if (fromEpoch < epochs || usual.decays.some((drop) => drop.fromEpoch === fromEpoch)) return;
    const where = placeOf(["schedule", "decays", i, "fromEpoch"]);
    throw usageError(
      where,
      `schedule.decays[${i}].fromEpoch to be below epochs, ${epochs}`,
      fromEpoch,
      advice,
    );
  });
}

function requireWarmup(
  flagged: number | undefined,
  { schedule: { warmupEpochs = 0 } = {}, placeOf }: ScheduleInFile,
  { epochs }: Recipe,
): void {
  if (flagged !== undefined) {
    if (flagged > epochs) throw usageError("--warmup-epochs", `at most --epochs, ${epochs}`, flagged);
  } else if (warmupEpochs > epochs) {
    const where = placeOf(["schedule", "warmupEpochs"]);
    throw usageError(where, `schedule.warmupEpochs to be at most epochs, ${epochs}`, warmupEpochs, advice);
  }
}
