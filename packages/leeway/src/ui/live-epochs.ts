import { setTimeout } from "node:timers/promises";
import type { EpochRecord } from "../records/index.ts";
import { isRunLocked, readRun, runState } from "../storage/index.ts";

/** How often a run's files are looked at. */
const every = 1000; // ms

/** What is new of a run that is followed. */
export interface RunNews {
  /** Epochs that have been written since, or all of them where the run went back. */
  readonly epochs: readonly EpochRecord[];
  /** Whether these replace all that were sent before. */
  readonly restarted: boolean;
  readonly status: "running" | "finished" | "interrupted" | "stopped";
}

/**
 * Follows a run by its files, whoever writes them: all epochs that are there, then new ones as they come, until it has
 * ended.
 *
 * @param path   the run's folder
 * @param signal ends it
 */
export async function* followRun(path: string, signal: AbortSignal): AsyncGenerator<RunNews> {
  let [state, sent, last] = ["", 0, ""];
  while (!signal.aborted) {
    const now = runState(path);
    const { epochs, summary } = readRun(path);
    const status = summary?.status ?? (isRunLocked(path) ? "running" : "stopped");
    if (now !== state || status !== last) {
      const restarted = epochs.length < sent; // it went back to a checkpoint
      yield { epochs: restarted ? epochs : epochs.slice(sent), restarted, status };
      [state, sent, last] = [now, epochs.length, status];
    }
    if (status !== "running") return;
    await setTimeout(every, undefined, { signal }).catch(() => undefined); // aborted: the loop ends
  }
}
