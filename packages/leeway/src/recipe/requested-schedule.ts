import { expected } from "../errors.ts";
import { type Defaults, defaultSchedule } from "./defaults.ts";
import type { OptimizerName } from "./fields.ts";
import type { LearningRateSchedule } from "./learning-rate.ts";

/** What may be requested of the learning rate: parts of a schedule, or the words of the options. */
export interface ScheduleOptions {
  /** Any part of it; the others are defaults. */
  readonly schedule?: Partial<LearningRateSchedule>;
  /** The schedule's `base`. */
  readonly lr?: number;
  /** The schedule's `warmupEpochs`. */
  readonly warmupEpochs?: number;
  /** The epochs of its decays, ascending; their factor stays. */
  readonly decayAt?: readonly number[];
  /** The factor of all decays. */
  readonly decayFactor?: number;
}

const advice = "Leave it out to scale the default schedule to the run.";

/**
 * The schedule that was requested: by the options' words, else by parts of a schedule; the rest are defaults.
 *
 * @throws ArgumentError if it reaches past the run, where it would have no effect
 */
export function requestedSchedule(
  { schedule = {}, lr, warmupEpochs, decayAt, decayFactor }: ScheduleOptions,
  run: { readonly defaults: Defaults; readonly epochs: number; readonly optimizer: OptimizerName },
): LearningRateSchedule {
  const { epochs } = run;
  const byDefault = defaultSchedule(run.defaults, run);
  const whole = { ...byDefault, ...schedule };
  if (decayAt !== undefined) requireEpochs("decayAt", decayAt, epochs);
  else requireDecays(schedule.decays ?? [], byDefault, epochs);
  if (warmupEpochs !== undefined) requireWarmup("warmupEpochs", warmupEpochs, epochs);
  else if (schedule.warmupEpochs !== undefined) {
    requireWarmup("schedule.warmupEpochs", schedule.warmupEpochs, epochs);
  }
  // Other epochs do not change by how much the rate drops.
  const { factor: first = 0.01 } = whole.decays[0] ?? byDefault.decays[0] ?? {};
  const decays = decayAt?.map((fromEpoch) => ({ fromEpoch, factor: first })) ?? whole.decays;
  return {
    base: lr ?? whole.base,
    warmupEpochs: warmupEpochs ?? whole.warmupEpochs,
    decays: decays.map(({ fromEpoch, factor }) => ({ fromEpoch, factor: decayFactor ?? factor })),
  };
}

function requireEpochs(field: string, decayAt: readonly number[], epochs: number): void {
  const late = decayAt.find((epoch) => epoch >= epochs);
  if (late === undefined) return;
  throw expected("recipe", field, `to be epochs below ${epochs}, the run's length`, late, advice);
}

function requireDecays(
  decays: LearningRateSchedule["decays"],
  byDefault: LearningRateSchedule,
  epochs: number,
): void {
  decays.forEach(({ fromEpoch }, i) => {
    // The default drops of a run of an epoch or two round to its end, and its own configuration says so.
    if (fromEpoch < epochs || byDefault.decays.some((drop) => drop.fromEpoch === fromEpoch)) return;
    const field = `schedule.decays[${i}].fromEpoch`;
    throw expected("recipe", field, `to be below ${epochs}, the run's length`, fromEpoch, advice);
  });
}

function requireWarmup(field: string, warmupEpochs: number, epochs: number): void {
  if (warmupEpochs <= epochs) return;
  throw expected("recipe", field, `to be at most ${epochs}, the run's length`, warmupEpochs, advice);
}
