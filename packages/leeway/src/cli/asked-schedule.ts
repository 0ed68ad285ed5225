import { type LearningRateSchedule, type Recipe, usualOf } from "../recipes/index.ts";
import { usageError } from "./options.ts";

/** What commander gives of the learning rate: a field is left out where it was not asked for. */
export interface ScheduleFlags {
  readonly epochs?: number;
  readonly lr?: number;
  readonly warmupEpochs?: number;
  readonly decayAt?: readonly number[];
  readonly decayFactor?: number;
}

/**
 * The schedule that was asked for: by options, else by the configuration file; the rest is usual for the recipe.
 *
 * @throws RunError with code "usage" where it reaches past the run
 */
export function askedSchedule(
  recipe: Recipe,
  { epochs: flagged, lr, warmupEpochs, decayAt, decayFactor }: ScheduleFlags,
  file: Partial<LearningRateSchedule>,
): LearningRateSchedule {
  const { epochs } = recipe;
  const usual = usualOf(recipe).schedule(epochs);
  const scaled = { ...usual, ...file };
  const advice = "Leave it out to scale the usual schedule to the run.";
  const late = decayAt?.find((epoch) => epoch >= epochs);
  if (late !== undefined) throw usageError("--decay-at", `epochs below --epochs, ${epochs}`, late, advice);
  // A file's own epochs and decays go together; with other epochs the decays may never come.
  const lateInFile =
    decayAt === undefined && flagged !== undefined
      ? file.decays?.find(({ fromEpoch }) => fromEpoch >= epochs)
      : undefined;
  if (lateInFile !== undefined) {
    throw usageError("schedule.decays", `epochs below epochs, ${epochs}`, lateInFile.fromEpoch, advice);
  }
  if (warmupEpochs !== undefined && warmupEpochs > epochs) {
    throw usageError("--warmup-epochs", `at most --epochs, ${epochs}`, warmupEpochs);
  }
  // Other epochs do not change by how much the rate drops.
  const { factor: first = 0.01 } = scaled.decays[0] ?? usual.decays[0] ?? {};
  const decays = decayAt?.map((fromEpoch) => ({ fromEpoch, factor: first })) ?? scaled.decays;
  return {
    base: lr ?? scaled.base,
    warmupEpochs: warmupEpochs ?? scaled.warmupEpochs,
    decays: decays.map(({ fromEpoch, factor }) => ({ fromEpoch, factor: decayFactor ?? factor })),
  };
}
