import { expected } from "../errors.ts";

/** How the learning rate changes over the epochs of a run: a linear warm-up, then steps down or half a cosine. */
export interface LearningRateSchedule {
  /** The rate after the warm-up and before the first decay. */
  readonly base: number;
  /** How many epochs the rate climbs to `base`; 0 for no warm-up. */
  readonly warmupEpochs: number;
  /** Steps down, each from an epoch on (counted from 0); the factors of all that have begun multiply. */
  readonly decays: readonly { readonly fromEpoch: number; readonly factor: number }[];
  /** The epoch at which the rate has come down to 0 along half a cosine; then there are no decays. */
  readonly cosineUntil?: number;
}

/**
 * Checks a schedule at a public border.
 *
 * @param where the public function that was called, named first in the message
 * @throws ArgumentError naming the first part that is impossible
 */
export function requireSchedule(
  where: string,
  { base, warmupEpochs, decays, cosineUntil }: LearningRateSchedule,
): void {
  const isEpoch = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
  const isRate = (value: number): boolean => value > 0 && value < Infinity;
  if (!isRate(base)) throw expected(where, "schedule.base", "to be above 0", base);
  if (!isEpoch(warmupEpochs)) {
    throw expected(where, "schedule.warmupEpochs", "to be a whole number of at least 0", warmupEpochs);
  }
  decays.forEach(({ fromEpoch, factor }, i) => {
    const what = `schedule.decays[${i}]`;
    if (!isEpoch(fromEpoch)) {
      throw expected(where, `${what}.fromEpoch`, "to be a whole number of at least 0", fromEpoch);
    }
    if (!isRate(factor)) throw expected(where, `${what}.factor`, "to be above 0", factor);
  });
  if (cosineUntil === undefined) return;
  if (decays.length > 0) throw expected(where, "schedule.decays", "to be empty beside cosineUntil", decays);
  if (!(isEpoch(cosineUntil) && cosineUntil > warmupEpochs)) {
    throw expected(where, "schedule.cosineUntil", "to be an epoch after the warm-up", cosineUntil);
  }
}

/**
 * The learning rate of an epoch, constant within it.
 *
 *     base · (epoch + 1) / warmupEpochs                     while epoch < warmupEpochs
 *     base · Π factor over the decays that have begun       after
 *     base · (1 + cos π t) / 2, t = (epoch - warmupEpochs) / (cosineUntil - warmupEpochs)    after, with a cosine
 *
 * @param epoch counted from 0
 * @throws ArgumentError if `epoch` is no whole number of at least 0
 * @source the authors' code of Cao et al. 2019 (arXiv:1906.07413v2), which counts epochs from 1
 */
export function learningRate(schedule: LearningRateSchedule, epoch: number): number {
  if (!Number.isSafeInteger(epoch) || epoch < 0) {
    throw expected("learningRate", "epoch", "to be a whole number of at least 0", epoch);
  }
  const { base, warmupEpochs, decays, cosineUntil } = schedule;
  if (epoch < warmupEpochs) return (base * (epoch + 1)) / warmupEpochs;
  if (cosineUntil !== undefined) {
    return cosineRate(base, Math.min(1, (epoch - warmupEpochs) / (cosineUntil - warmupEpochs)));
  }
  return decays.reduce((rate, { fromEpoch, factor }) => (epoch >= fromEpoch ? rate * factor : rate), base);
}

/**
 * The paper's CIFAR schedule, scaled from its 200 epochs: warm-up over the first 5, a hundredth of the rate
 * from 160 on, a hundredth of that from 180 on.
 *
 * A shorter run keeps the 5 epochs of warm-up as long as they are an eighth of it. What a warm-up saves the
 * network from, steps too large for its first weights, does not shrink with the run: ERM of 40 epochs with a
 * scaled one, of a single epoch, which is none, ended eight points lower (`results`).
 *
 * @param epochs length of the run, at least 1; each turning point is rounded to a whole epoch
 * @param base   the rate after the warm-up; above 0
 * @throws ArgumentError if an argument is out of its range
 * @source Cao et al. 2019 (arXiv:1906.07413v2), implementation details for CIFAR
 */
export function paperSchedule(epochs: number, { base = 0.1 } = {}): LearningRateSchedule {
  if (!Number.isSafeInteger(epochs) || epochs < 1) {
    throw expected("paperSchedule", "epochs", "to be a whole number of at least 1", epochs);
  }
  if (!(base > 0 && base < Infinity)) throw expected("paperSchedule", "base", "to be above 0", base);
  const scaled = (epoch: number): number => Math.round((epoch * epochs) / 200);
  return {
    base,
    warmupEpochs: Math.max(scaled(5), Math.min(5, Math.round(epochs / 8))),
    decays: [
      { fromEpoch: scaled(160), factor: 0.01 },
      { fromEpoch: scaled(180), factor: 0.01 },
    ],
  };
}

/**
 * The learning rate of a run, or of a stage that has its own, from `base` down to 0 along half a cosine.
 *
 * @param done the share of it that is over, in [0, 1]
 * @source Loshchilov and Hutter 2017 (arXiv:1608.03983), eq. 5 with one period
 */
export function cosineRate(base: number, done: number): number {
  if (!(done >= 0 && done <= 1)) throw expected("cosineRate", "done", "to be in [0, 1]", done);
  return (base * (1 + Math.cos(Math.PI * done))) / 2;
}
