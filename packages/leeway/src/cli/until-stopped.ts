import { printable } from "../report/index.ts";

/** Prints a fault of a service's own, which its clients hear nothing of; its stack where LEEWAY_DEBUG is set. */
export function printFault(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  console.error(`error: ${printable(message)}`);
  if (process.env["LEEWAY_DEBUG"] && error instanceof Error) console.error(error.stack);
}

/** Waits until a service is to stop. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => {
      resolve();
    });
  });
}
