import { availableParallelism } from "node:os";

/**
 * Runs `work` on what comes, a few at a time; yields how many have ended since the last time.
 *
 * After a failure nothing new is begun, and what runs is waited for before the failure is thrown.
 */
export async function* inParallel<Item>(
  items: AsyncIterable<Item> | Iterable<Item>,
  work: (item: Item) => Promise<void>,
): AsyncGenerator<number, void, undefined> {
  // More than there are threads, so that none of them waits for the next item.
  const max = 2 * Math.max(2, availableParallelism());
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let ended = 0;
  const settled = (): number => {
    if (failures.length > 0) throw failures[0];
    const since = ended;
    ended = 0;
    return since;
  };
  try {
    for await (const item of items) {
      const task = work(item)
        .catch((error: unknown) => void failures.push(error))
        .finally(() => {
          ended++;
          running.delete(task);
        });
      running.add(task);
      if (running.size >= max) await Promise.race(running);
      yield settled();
    }
  } finally {
    await Promise.all(running);
  }
  yield settled();
}
