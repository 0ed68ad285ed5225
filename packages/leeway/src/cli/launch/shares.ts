import { readFileSync } from "node:fs";
import { expected, RunError } from "../../errors.ts";
import { type NodePlace, shareWords } from "../../ranks/index.ts";
import { usageError } from "../options.ts";

/** What people say of the ranks. */
export interface RequestedRanks {
  /** All of them, on all machines. */
  readonly ranks?: number | undefined;
  readonly ranksPerNode?: number | undefined;
}

/** The ranks of this machine, and a sentence where not a person but a launcher chose them. */
export interface RankShare {
  readonly count: number;
  readonly why: string | null;
}

/**
 * How many ranks this machine starts: what was requested, what Kubeflow's Trainer says, or one for each memory node.
 *
 * Without GPUs the Trainer says as many as there are processors; ranks of one thread each would send the more
 * gradients, the more there are, and share one machine's memory: then it is one for each memory node, too.
 *
 * @param allowed the processors that this process may use
 * @throws RunError with code "usage" where ranks cannot be divided among machines
 */
export function ranksHere(
  place: NodePlace,
  { ranks, ranksPerNode }: RequestedRanks,
  { allowed, memoryNodes = countMemoryNodes() }: { readonly allowed: number; readonly memoryNodes?: number },
): RankShare {
  if (ranks !== undefined && ranksPerNode !== undefined) {
    throw usageError(
      "--ranks",
      "either all ranks or those of each machine",
      ranks,
      "Leave out --ranks-per-node.",
    );
  }
  if (ranksPerNode !== undefined) return { count: ranksPerNode, why: null };
  if (ranks !== undefined) {
    if (ranks % place.count === 0) return { count: ranks / place.count, why: null };
    const what = `a multiple of the ${place.count} machines`;
    throw usageError("--ranks", what, ranks, "Or say --ranks-per-node on each.");
  }
  const ofMemory = Math.max(1, Math.min(memoryNodes, allowed));
  const { ranks: said } = place;
  if (said === null) return { count: ofMemory, why: "one for each memory node" };
  if (said === 1 || said < allowed) return { count: said, why: "as PET_NPROC_PER_NODE says" };
  const why = `one for each memory node, not the ${said} of PET_NPROC_PER_NODE, one for each processor: --ranks-per-node ${said} would be these`;
  return { count: ofMemory, why };
}

/** Threads of each rank of this machine, and a sentence why. */
export function threadsHere(
  count: number,
  { allowed, requested }: { readonly allowed: number; readonly requested: string | undefined },
): { readonly threads: number; readonly why: string } {
  if (requested !== undefined && requested !== "") {
    const threads = Number(requested);
    if (Number.isInteger(threads) && threads >= 1) return { threads, why: "as OMP_NUM_THREADS says" };
    const advice = "It is how many threads each rank computes with.";
    const { message } = expected("OMP_NUM_THREADS", "", "a whole number of at least 1", requested, advice);
    throw new RunError("usage", message);
  }
  const crowded = count > allowed ? "; more ranks than processors are slower than as many" : "";
  return {
    threads: Math.max(1, Math.floor(allowed / count)),
    why: `${shareWords(allowed, count)}${crowded}`,
  };
}

/** The memory nodes (NUMA) of this machine, as Linux lists them: `0-1,4`; 1 where it does not. */
export function countMemoryNodes(file = "/sys/devices/system/node/has_memory"): number {
  try {
    const ranges = readFileSync(file, "utf8").trim().split(",");
    const counts = ranges.map((range) => {
      const [first = NaN, last = first] = range.split("-").map(Number);
      return last - first + 1;
    });
    return counts.reduce((sum, each) => sum + each, 0) || 1;
  } catch {
    return 1;
  }
}
