import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/**
 * The number of threads this process may use: its CPU affinity, and no more than its cgroup's quota.
 *
 * @returns at least 1
 */
export function allowedThreads(): number {
  return Math.max(1, Math.min(availableParallelism(), cgroupProcessors()));
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
