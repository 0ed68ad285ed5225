import { expected } from "../errors.ts";

/** When checkpoints are written, besides at the end of epochs. */
export interface CheckpointTimes {
  /** Max minutes from one to the next; 10 by default. */
  readonly minutes?: number | undefined;
  /** Steps from one to the next; none by default. */
  readonly steps?: number | undefined;
  /**
   * The share of the time that checkpoints at the end of epochs may take: where epochs are so short that it would be
   * more, some of them end without one. 0.02 by default.
   */
  readonly share?: number | undefined;
}

/** Says when the next checkpoint is due. */
interface CheckpointClock {
  /** @param epochEnded whether an epoch has just ended, with its evaluation */
  isDue(step: number, epochEnded: boolean): boolean;
  /** One was written, in so many milliseconds. */
  written(step: number, took: number): void;
}

/** @throws ArgumentError for impossible times */
export function checkpointClock(
  { minutes = 10, steps, share = 0.02 }: CheckpointTimes = {},
  { now = () => performance.now() }: { readonly now?: () => number } = {},
): CheckpointClock {
  if (!(minutes > 0)) throw expected("checkpoints", "minutes", "to be above 0", minutes);
  if (steps !== undefined && !(Number.isSafeInteger(steps) && steps > 0)) {
    throw expected("checkpoints", "steps", "to be a whole number of at least 1", steps);
  }
  let last = { at: now(), step: 0, took: 0 };
  return {
    isDue: (step, epochEnded) => {
      if (step === last.step && !epochEnded) return false;
      const since = now() - last.at;
      if (since >= minutes * 60_000) return true;
      if (steps !== undefined && Math.floor(step / steps) > Math.floor(last.step / steps)) return true;
      return epochEnded && since * share >= last.took * (1 - share);
    },
    written: (step, took) => {
      last = { at: now(), step, took };
    },
  };
}
