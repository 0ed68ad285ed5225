/** Lets few tasks run at a time; the others wait in their order. */
export interface Queue {
  /**
   * Runs a task when its turn comes.
   *
   * @param signal takes the task out of the queue while it waits
   * @throws its reason, an AbortError by default, if it is aborted before
   */
  run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

interface Waiting {
  readonly start: () => void;
}

/** @param concurrency tasks that run at a time */
export function taskQueue(concurrency: number): Queue {
  const waiting = new Set<Waiting>();
  let running = 0;
  const next = (): void => {
    const [first] = waiting;
    if (first !== undefined && running < concurrency) {
      waiting.delete(first);
      running++;
      first.start();
    }
  };
  const turn = (signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve, reject) => {
      const leave = (): void => {
        waiting.delete(entry);
        reject(signal?.reason as Error); // an error unless the caller chose otherwise
      };
      const entry: Waiting = {
        start: () => {
          signal?.removeEventListener("abort", leave);
          resolve();
        },
      };
      waiting.add(entry);
      signal?.addEventListener("abort", leave, { once: true });
      next();
    });
  return {
    run: async (task, signal) => {
      signal?.throwIfAborted();
      // Where nothing waits, a turn would cost the time of several promises for nothing.
      if (running < concurrency && waiting.size === 0) running++;
      else await turn(signal);
      try {
        signal?.throwIfAborted();
        return await task();
      } finally {
        running--;
        next();
      }
    },
  };
}
