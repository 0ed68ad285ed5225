import { setTimeout } from "node:timers/promises";
import { TorchError } from "../errors.ts";
import { native } from "../native.ts";
import { ProcessGroup } from "./process-group.ts";

/** As whom a process joins, and where all of them meet. */
export interface JoinOptions {
  /** 0 to size - 1, each once. */
  readonly rank: number;
  readonly size: number;
  /** Where the store listens, by which ranks learn of each other. */
  readonly masterAddress: string;
  readonly masterPort: number;
  /** Whether somebody else serves that store, as torchrun's agent does; by default rank 0 does. */
  readonly servedByLauncher?: boolean;
  /** How often the job was started anew: ranks of different attempts do not meet. */
  readonly attempt?: number;
  /** The network interface to listen at; by default the one through which the store is reached. */
  readonly interfaceName?: string | undefined;
  /** Seconds until all ranks must be there. */
  readonly timeout?: number;
}

/** Whether the native part was built with what joining takes. */
export function canJoinRanks(): boolean {
  return native().distributedBackends().length > 0;
}

/**
 * Joins the ranks of a training, on libtorch's own collectives: Gloo, and NCCL for tensors of GPUs where libtorch has it.
 *
 * The event loop turns meanwhile, so that signals arrive.
 *
 * @throws RangeError for an impossible rank, size or port
 * @throws TorchError with code "missing" where the native part was built without Gloo's headers, with the cure; with code
 *   "ranks" where not all ranks are there in time, naming those that are missing
 */
export async function initProcessGroup({
  rank,
  size,
  masterAddress,
  masterPort,
  servedByLauncher = false,
  attempt = 0,
  interfaceName = process.env["GLOO_SOCKET_IFNAME"],
  timeout = 300,
}: JoinOptions): Promise<ProcessGroup> {
  requireWhole("size", size, [1, 2 ** 20]);
  requireWhole("rank", rank, [0, size - 1]);
  requireWhole("masterPort", masterPort, [1, 65535]);
  if (!canJoinRanks()) throw new TorchError(buildAdvice, "missing", "initProcessGroup");
  const joining = native().beginJoining({
    ...{ rank, size, host: masterAddress, port: masterPort, timeout },
    serves: rank === 0 && !servedByLauncher,
    prefix: `/worker/attempt_${attempt}`, // as torchrun's own ranks have it
    interface: interfaceName ?? "",
  });
  for (;;) {
    const joined = native().joined(joining);
    if (joined !== null) return new ProcessGroup(joined.group, { rank, size, ...joined });
    await setTimeout(10);
  }
}

const buildAdvice =
  "expected a native part that can join processes, got one that was built without Gloo. Install libgloo-dev beside " +
  'libtorch-dev (apt-get install libgloo-dev) and run "npx leeway setup" again.';

function requireWhole(name: string, value: number, [min, max]: readonly [number, number]): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new RangeError(
    `initProcessGroup: expected ${name} to be a whole number from ${min} to ${max}, got ${value}.`,
  );
}
