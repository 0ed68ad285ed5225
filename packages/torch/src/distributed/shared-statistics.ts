import { synchronous } from "../autograd.ts";
import { native } from "../native.ts";
import type { ProcessGroup } from "./process-group.ts";

let shared = false;

/** Whether batch normalisation takes the statistics of all ranks now. */
export function sharesStatistics(): boolean {
  return shared;
}

/**
 * Runs `body` with batch normalisation over the batches of all ranks together: each gives at least one example. Backward
 * passes of what it computes may come later. Ranks must all do it, with the same network.
 *
 * @throws TypeError if `body` returns a promise
 */
export function withSharedStatistics<Result>(group: ProcessGroup, body: () => Result): Result {
  native().shareStatistics(group.handle);
  shared = true;
  try {
    return synchronous("withSharedStatistics", body());
  } finally {
    shared = false;
    native().shareStatistics(null);
  }
}
