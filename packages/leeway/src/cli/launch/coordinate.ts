import { createServer } from "node:net";
import type { NodeRanks } from "./host.ts";
import type { Attempt } from "./local-ranks.ts";
import { type Failure, interruptedEarly, isRetryable, rootCause } from "./outcome.ts";

/**
 * Trains with the ranks of all machines, and starts them anew after a failure that may not come again.
 *
 * @param nodes  all machines, this one first, once they are there
 * @param signal ends the job: all ranks write a checkpoint
 * @returns how the last attempt failed; null where all ended well
 */
export async function coordinate(
  nodes: () => Promise<readonly NodeRanks[]>,
  {
    address,
    restarts,
    signal,
    log,
  }: {
    readonly address: string;
    readonly restarts: number;
    readonly signal: AbortSignal;
    readonly log: (line: string) => void;
  },
): Promise<Failure | null> {
  for (let number = 0; ; number++) {
    const present = await nodes();
    if (hasAborted(signal)) return interruptedEarly;
    const size = present.reduce((sum, { ranks }) => sum + ranks, 0);
    const failure = await oneAttempt(present, { number, size, address, port: await freePort() }, signal);
    if (failure === null || hasAborted(signal) || !isRetryable(failure) || number >= restarts) return failure;
    log(`${failure.reason}\nStarting all ranks anew: restart ${number + 1} of ${restarts}`);
  }
}

/** The first machine that fails ends the ranks of the others. */
async function oneAttempt(
  nodes: readonly NodeRanks[],
  attempt: Attempt,
  signal: AbortSignal,
): Promise<Failure | null> {
  let first = 0;
  const running = nodes.map((node) => {
    const ranks = node.start(attempt, first);
    first += node.ranks;
    return ranks;
  });
  const interrupt = (): void => {
    for (const ranks of running) ranks.stop("signal");
  };
  signal.addEventListener("abort", interrupt);
  const failures: Failure[] = [];
  const ends = running.map(async ({ ended }) => {
    const failure = await ended;
    if (failure === null) return;
    failures.push(failure);
    if (!hasAborted(signal)) for (const ranks of running) ranks.stop("failure");
  });
  await Promise.all(ends);
  signal.removeEventListener("abort", interrupt);
  return rootCause(failures);
}

/** A signal changes while others wait, which its type does not say. */
function hasAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** A port that nobody listens at now; rank 0 takes it at once. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, () => {
      const found = server.address();
      server.close(() => {
        resolve(typeof found === "object" && found !== null ? found.port : 0);
      });
    });
  });
}
