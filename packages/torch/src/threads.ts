import { native } from "./native.ts";

/**
 * Sets the number of threads libtorch's operators use.
 *
 * @param count a whole number from 1 to 1024
 * @throws RangeError if it is not
 */
export function setThreads(count: number): void {
  // OpenMP ends the process where it cannot start a thread, so that the limit is ours.
  if (!Number.isInteger(count) || count < 1 || count > maxThreads) {
    throw new RangeError(
      `setThreads: expected count to be a whole number from 1 to ${maxThreads}, got ${count}.`,
    );
  }
  native().setThreads(count);
}

const maxThreads = 1024;

/** The number of threads libtorch's operators use now. */
export function threads(): number {
  return native().threads();
}
