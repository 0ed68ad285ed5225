import { constants } from "node:os";

/** What ends a run early: a signal of the terminal or of the system. */
export interface Interruption {
  /** Aborted with the first signal. */
  readonly signal: AbortSignal;
  /** 130 or 143 once a signal came, else undefined. */
  readonly exitCode: () => number | undefined;
}

/** Parents such as npm pass a terminal's signal on, so that one key press arrives twice; these many ms are one. */
const samePress = 300;

/**
 * Does work that ends early on Ctrl-C (SIGINT) or SIGTERM. The first signal aborts the work, which writes what it
 * has; a second one ends the process at once.
 *
 * @param say tells the person at the terminal
 */
export async function interruptible<T>(
  work: (interruption: Interruption) => Promise<T>,
  { say }: { readonly say: (line: string) => void },
): Promise<T> {
  const controller = new AbortController();
  let first: { readonly code: number; readonly at: number } | undefined;
  const listen = (name: NodeJS.Signals): void => {
    const code = 128 + constants.signals[name];
    if (first === undefined) {
      first = { code, at: performance.now() };
      controller.abort();
      say("Stopping: finishing this step and writing what is done. Once more ends at once.");
    } else if (performance.now() - first.at > samePress) {
      process.exit(code);
    }
  };
  process.on("SIGINT", listen);
  process.on("SIGTERM", listen);
  try {
    return await work({ signal: controller.signal, exitCode: () => first?.code });
  } finally {
    process.off("SIGINT", listen);
    process.off("SIGTERM", listen);
  }
}
