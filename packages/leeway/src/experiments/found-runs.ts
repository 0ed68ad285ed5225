import { RunError } from "../errors.ts";
import { listRuns, readRun, runState, type StoredRun } from "../storage/index.ts";

/** What a folder of runs holds. */
export interface FoundRuns {
  readonly runs: readonly StoredRun[];
  /** Runs that cannot be read: damaged, or of another version. They count as not there. */
  readonly faults: readonly RunError[];
}

/** Reads the runs of a folder; empty where it is not there. */
export function findRuns(runsDir: string): FoundRuns {
  return runsReader(runsDir)();
}

/**
 * Reads the runs of a folder, whenever it is called: as they are then, but only those that are new or have changed
 * since the last call, whoever wrote them.
 */
export function runsReader(runsDir: string): () => FoundRuns {
  let known: ReadonlyMap<string, { readonly state: string; readonly run: StoredRun | RunError }> = new Map();
  return () => {
    known = new Map(
      listRuns(runsDir).map((path) => {
        const state = runState(path); // before it is read: what is written meanwhile is read the next time
        const before = known.get(path);
        return [path, before?.state === state ? before : { state, run: runIn(path) }];
      }),
    );
    const found = Array.from(known.values(), ({ run }) => run);
    return {
      runs: found.flatMap((run) => (run instanceof RunError ? [] : [run])),
      faults: found.flatMap((run) => (run instanceof RunError ? [run] : [])),
    };
  };
}

/** A run, or what is wrong with it. */
function runIn(path: string): StoredRun | RunError {
  try {
    return readRun(path);
  } catch (error) {
    if (error instanceof RunError) return error;
    throw error;
  }
}
