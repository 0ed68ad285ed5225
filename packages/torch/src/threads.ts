import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { native } from "./native.ts";

/**
 * The number of threads this process may use: its CPU affinity, and no more than its cgroup's quota.
 *
 * @returns at least 1
 */
export function allowedThreads(): number {
  return Math.max(1, Math.min(availableParallelism(), cgroupProcessors()));
}

/**
 * Sets the number of threads libtorch's operators use.
 *
 * @param count a whole number from 1 to 1024
 * @throws RangeError if it is not
 */
export function setThreads(count: number): void {
  // OpenMP ends the process where it cannot start a thread, so that the limit is ours.
  if (!Number.isInteger(count) || count < 1 || count > mostThreads) {
    throw new RangeError(
      `setThreads: expected count to be a whole number from 1 to ${mostThreads}, got ${count}.`,
    );
  }
  native().setThreads(count);
}

const mostThreads = 1024;

/** The number of threads libtorch's operators use now. */
export function threads(): number {
  return native().threads();
}

/** The processors' worth of time the cgroup allows, rounded up; infinite where there is no limit. */
function cgroupProcessors(): number {
  const [quota, period] = readable("/sys/fs/cgroup/cpu.max")?.trim().split(" ").map(Number) ?? [];
  if (quota !== undefined && period !== undefined && quota > 0 && period > 0)
    return Math.ceil(quota / period);
  const oldQuota = Number(readable("/sys/fs/cgroup/cpu/cpu.cfs_quota_us") ?? -1);
  const oldPeriod = Number(readable("/sys/fs/cgroup/cpu/cpu.cfs_period_us") ?? -1);
  return oldQuota > 0 && oldPeriod > 0 ? Math.ceil(oldQuota / oldPeriod) : Infinity;
}

function readable(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined; // absent where this kind of limit does not exist; the next place, or no limit, is the answer
  }
}
