import { expected } from "../errors.ts";
import { type Defaults, defaultSchedule } from "./defaults.ts";
import type { OptimizerName } from "./fields.ts";
import type { LearningRateSchedule } from "./learning-rate.ts";

/** What may be requested of the learning rate: parts of a schedule, or the words of the options. */
export interface ScheduleOptions {
  /**
   * Any part of it; the others are defaults. A drop may begin at a share of the epochs below 1, and a cosine reach to the
   * end of the run, whatever its length.
   */
  readonly schedule?: Partial<Omit<LearningRateSchedule, "cosineUntil">> & {
    readonly cosineUntil?: number | "end";
  };
  /** The schedule's `base`. */
  readonly lr?: number;
  /** The schedule's `warmupEpochs`. */
  readonly warmupEpochs?: number;
  /** The epochs of its decays, or shares of the epochs below 1, ascending; their factor stays. */
  readonly decayAt?: readonly number[];
  /** The factor of all decays. */
  readonly decayFactor?: number;
  /** Half a cosine down to 0 at the run's end, in place of decays. */
  readonly cosine?: boolean;
}

const advice = "Leave it out to scale the default schedule to the run.";
const dropAdvice = `${advice.slice(0, -1)}, or name a share of the epochs, such as 0.8.`;

/**
 * The schedule that was requested: by the options' words, else by parts of a schedule; the rest are defaults.
 *
 * @throws ArgumentError if it reaches past the run, where it would have no effect
 */
export function requestedSchedule(
  requested: ScheduleOptions,
  run: { readonly defaults: Defaults; readonly epochs: number; readonly optimizer: OptimizerName },
): LearningRateSchedule {
  const { lr, warmupEpochs, decayFactor, cosine = false } = requested;
  const { epochs } = run;
  const { schedule, decayAt } = inEpochs(requested, epochs);
  const byDefault = defaultSchedule(run.defaults, run);
  const whole = { ...byDefault, ...schedule };
  if (decayAt !== undefined) requireEpochs("decayAt", decayAt, epochs);
  else requireDecays(schedule.decays ?? [], byDefault, epochs);
  if (warmupEpochs !== undefined) requireWarmup("warmupEpochs", warmupEpochs, epochs);
  else if (schedule.warmupEpochs !== undefined) {
    requireWarmup("schedule.warmupEpochs", schedule.warmupEpochs, epochs);
  }
  const start = { base: lr ?? whole.base, warmupEpochs: warmupEpochs ?? whole.warmupEpochs };
  const cosineUntil = cosine || schedule.cosineUntil === "end" ? epochs : schedule.cosineUntil;
  if (cosineUntil !== undefined) {
    requireNoDecays(requested);
    requireCosine(cosineUntil, { ...start, epochs });
    return { ...start, decays: [], cosineUntil };
  }
  // Other epochs do not change by how much the rate drops.
  const { factor: first = 0.01 } = whole.decays[0] ?? byDefault.decays[0] ?? {};
  const decays = decayAt?.map((fromEpoch) => ({ fromEpoch, factor: first })) ?? whole.decays;
  return {
    ...start,
    decays: decays.map(({ fromEpoch, factor }) => ({ fromEpoch, factor: decayFactor ?? factor })),
  };
}

/** What was requested with shares of a run turned into its epochs; a share that rounds to its end is no drop. */
function inEpochs(
  { schedule: { decays, ...schedule } = {}, decayAt }: ScheduleOptions,
  epochs: number,
): {
  readonly schedule: NonNullable<ScheduleOptions["schedule"]>;
  readonly decayAt: ScheduleOptions["decayAt"];
} {
  const epochOf = (at: number): number => (at > 0 && at < 1 ? Math.round(at * epochs) : at);
  const isSeen = (at: number): boolean => at >= 1 || epochOf(at) < epochs;
  const drops = decays?.filter(({ fromEpoch }) => isSeen(fromEpoch));
  return {
    schedule: {
      ...schedule,
      ...(drops && { decays: drops.map((drop) => ({ ...drop, fromEpoch: epochOf(drop.fromEpoch) })) }),
    },
    decayAt: decayAt?.filter(isSeen).map(epochOf),
  };
}

/** Refuses decays beside a cosine: the rate comes down either way, not by both. */
function requireNoDecays({ schedule, decayAt, decayFactor }: ScheduleOptions): void {
  const without = "Take one of the two.";
  if (decayAt !== undefined)
    throw expected("recipe", "decayAt", "not to be set with a cosine", decayAt, without);
  if (decayFactor !== undefined) {
    throw expected("recipe", "decayFactor", "not to be set with a cosine", decayFactor, without);
  }
  const { decays = [] } = schedule ?? {};
  if (decays.length > 0) {
    throw expected("recipe", "schedule.decays", "to be empty with a cosine", decays.length, without);
  }
}

function requireCosine(
  cosineUntil: number,
  { warmupEpochs, epochs }: { readonly warmupEpochs: number; readonly epochs: number },
): void {
  if (cosineUntil > warmupEpochs && cosineUntil <= epochs) return;
  const what = `to be after the warm-up of ${warmupEpochs} epochs and at most ${epochs}, the run's length`;
  throw expected(
    "recipe",
    "schedule.cosineUntil",
    what,
    cosineUntil,
    "Shorten the warm-up, or train for longer.",
  );
}

function requireEpochs(field: string, decayAt: readonly number[], epochs: number): void {
  const late = decayAt.find((epoch) => epoch >= epochs);
  if (late === undefined) return;
  throw expected("recipe", field, `to be epochs below ${epochs}, the run's length`, late, dropAdvice);
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
    throw expected("recipe", field, `to be below ${epochs}, the run's length`, fromEpoch, dropAdvice);
  });
}

function requireWarmup(field: string, warmupEpochs: number, epochs: number): void {
  if (warmupEpochs <= epochs) return;
  throw expected("recipe", field, `to be at most ${epochs}, the run's length`, warmupEpochs, advice);
}
