import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Failure, rootCause } from "./outcome.ts";
import { startRank } from "./rank-process.ts";
import { exitAfter } from "./time-limits.ts";

/** What the ranks of one attempt are told, on every machine. */
export interface Attempt {
  /** How often the job was started anew. */
  readonly number: number;
  /** The ranks of all machines. */
  readonly size: number;
  /** Where rank 0 serves the store. */
  readonly address: string;
  readonly port: number;
}

/** Ranks of a machine while they train. */
export interface RunningRanks {
  /** What went wrong, once all have ended; null where all ended well. */
  readonly ended: Promise<Failure | null>;
  /** Tells all to end, and kills those that still live when their time is over. */
  stop(after: keyof typeof exitAfter): void;
}

/**
 * Starts the ranks of this machine. The first that fails ends the others.
 *
 * @param first the rank of the first of them
 */
export function startRanks(
  attempt: Attempt,
  {
    ranks,
    first,
    node,
    threads,
    args,
  }: {
    readonly ranks: number;
    readonly first: number;
    readonly node: number;
    readonly threads: number;
    readonly args: readonly string[];
  },
): RunningRanks {
  const folder = mkdtempSync(join(tmpdir(), "leeway-launch-"));
  const shared = {
    ...launcherless(process.env),
    ...{ LEEWAY_LAUNCH: "1", WORLD_SIZE: attempt.size, LOCAL_WORLD_SIZE: ranks, GROUP_RANK: node },
    ...{ MASTER_ADDR: attempt.address, MASTER_PORT: attempt.port, OMP_NUM_THREADS: threads },
    TORCHELASTIC_RESTART_COUNT: attempt.number,
  };
  const processes = Array.from({ length: ranks }, (_, local) => {
    const rank = first + local;
    const own = Object.entries({ ...shared, RANK: rank, LOCAL_RANK: local });
    const environment = Object.fromEntries(own.map(([name, value]) => [name, String(value)]));
    return startRank(rank, args, { environment, errorFile: join(folder, `rank-${rank}.json`) });
  });
  let killer: NodeJS.Timeout | undefined;
  const told = { toEnd: false, byKill: false, isOver: false };
  const stop: RunningRanks["stop"] = (after) => {
    if (told.isOver) return;
    told.toEnd = true;
    for (const process of processes) process.kill("SIGTERM");
    killer ??= setTimeout(() => {
      told.byKill = true;
      for (const process of processes) process.kill("SIGKILL");
    }, exitAfter[after]);
  };
  const ends = processes.map(async ({ ended }) => {
    const failure = await ended;
    if (failure === null) return [];
    // Interrupted as it was told, or killed by us: another one began it.
    const { code } = failure;
    const follows = failure.follows || (told.toEnd && code === 143) || (told.byKill && code === 137);
    if (!told.toEnd) stop("failure");
    return [{ ...failure, follows }];
  });
  const ended = Promise.all(ends).then((failures) => {
    told.isOver = true;
    clearTimeout(killer);
    rmSync(folder, { recursive: true, force: true });
    return rootCause(failures.flat().sort((a, b) => a.at - b.at));
  });
  return { ended, stop };
}

/** An environment without what an outer launcher says of this process: its ranks stand elsewhere. */
function launcherless(environment: NodeJS.ProcessEnv): Record<string, string> {
  const kept = Object.entries(environment).filter(
    ([name]) => !/^(PET_|TORCHELASTIC_|ROLE_|GROUP_)/.test(name),
  );
  return Object.fromEntries(kept.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
