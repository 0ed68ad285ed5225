import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";

/**
 * The number of threads this process may use: its CPU affinity, and no more than the quotas of its cgroup and of those
 * around it.
 *
 * @returns at least 1
 */
export function allowedThreads(): number {
  return Math.max(1, Math.min(availableParallelism(), quotaProcessors()));
}

/**
 * The processors' worth of time the cgroups of a process allow, rounded up; infinite where there is no limit.
 *
 * @param root where cgroups are mounted
 * @param own  the file that names those of the process
 */
export function quotaProcessors({ root = "/sys/fs/cgroup", own = "/proc/self/cgroup" } = {}): number {
  // `0::/user.slice/job`, or of version 1 `4:cpu,cpuacct:/job`. In a container the path may be the host's: what is not
  // there is passed over, up to the container's own root.
  const groups = [...(readable(own) ?? "").matchAll(/^\d+:(.*?):(.*)$/gm)];
  const limits = groups.flatMap(([, controllers = "", path = ""]) => {
    if (controllers === "") return upwards(path).map((each) => quota(join(root, each)));
    if (!controllers.split(",").includes("cpu")) return [];
    return upwards(path).map((each) => oldQuota(join(root, "cpu", each)));
  });
  return Math.min(...limits, quota(root), oldQuota(join(root, "cpu")));
}

/** A path and all above it: `/a/b`, `/a`, `/`. */
function upwards(path: string): string[] {
  return path === "/" || path === "." ? [path] : [path, ...upwards(dirname(path))];
}

function quota(folder: string): number {
  const [allowed, period] = (readable(join(folder, "cpu.max")) ?? "").trim().split(" ").map(Number);
  return processorsOf(allowed, period);
}

function oldQuota(folder: string): number {
  const numberIn = (file: string): number => Number(readable(join(folder, file)) ?? -1);
  return processorsOf(numberIn("cpu.cfs_quota_us"), numberIn("cpu.cfs_period_us"));
}

/** Infinite for a quota of -1, or "max", which is no number. */
function processorsOf(allowed = NaN, period = NaN): number {
  return allowed > 0 && period > 0 ? Math.ceil(allowed / period) : Infinity;
}

function readable(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined; // absent where this kind of limit does not exist; the next place, or no limit, is the answer
  }
}
