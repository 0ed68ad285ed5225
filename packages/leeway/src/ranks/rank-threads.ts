import type { Placement } from "./placement.ts";
import { type Environment, isSet, wholeIn } from "./variables.ts";

/** The threads of a rank, and a sentence that says why so many. */
export interface RankThreads {
  readonly count: number;
  readonly why: string;
}

const maxThreads = 1024; // OpenMP ends the process where it cannot start one

/**
 * How many threads a rank computes with: what `OMP_NUM_THREADS` or Slurm give it, else its share of the processors of
 * its machine, since a thread more than there are processors slows every rank.
 *
 * @param allowed the processors that this process may use
 */
export function rankThreads(
  environment: Environment,
  { launcher, localSize }: Pick<Placement, "launcher" | "localSize">,
  allowed: number,
): RankThreads {
  const share = Math.max(1, Math.floor(allowed / localSize));
  if (isSet(environment, "OMP_NUM_THREADS")) {
    const count = wholeIn(environment, "OMP_NUM_THREADS", { min: 1, max: maxThreads });
    const idle = launcher === "torchrun" && count === 1 && share > 1;
    const advice = idle
      ? `; torchrun sets it where nobody does: OMP_NUM_THREADS=${share} uses all processors`
      : "";
    return { count, why: `as OMP_NUM_THREADS says${advice}` };
  }
  if (launcher === "slurm" && isSet(environment, "SLURM_CPUS_PER_TASK")) {
    const count = wholeIn(environment, "SLURM_CPUS_PER_TASK", { min: 1, max: maxThreads });
    return { count: Math.min(count, allowed), why: "as SLURM_CPUS_PER_TASK says" };
  }
  return { count: share, why: shareWords(allowed, localSize) };
}

/** What a share is a share of: "8 processors among 4 ranks". */
export function shareWords(allowed: number, ranks: number): string {
  const processors = allowed === 1 ? "1 processor" : `${allowed} processors`;
  return `${processors} among ${ranks === 1 ? "1 rank" : `${ranks} ranks`}`;
}
