import { constants } from "node:os";

/** What prints lines for a person, such as between the progress that is shown. */
export interface Log {
  log(line: string): void;
}

/** What ends work early, a signal of the terminal or of the system, and how its person is told. */
export interface Interruption {
  /** Aborted with the first signal. */
  readonly signal: AbortSignal;
  /** 130 or 143 once a signal came, else undefined. */
  readonly exitCode: () => number | undefined;
  /** Prints a line: between the progress while some is shown, else to stderr. */
  readonly log: (line: string) => void;
  /** Is told what is shown, and with undefined that nothing is any more. */
  readonly onDisplay: (shown: Log | undefined) => void;
}

/** Parents such as npm pass a terminal's signal on, so that one key press arrives twice; these many ms are one. */
const samePress = 300;

/**
 * Does work that ends early on Ctrl-C (SIGINT) or SIGTERM. The first signal aborts the work, which writes what it
 * has; a second one ends the process at once.
 *
 * @param message said at the first; "" for none
 */
export async function interruptible<T>(
  work: (interruption: Interruption) => Promise<T>,
  {
    message = "Stopping: finishing this step and writing what is done. Once more ends at once.",
  }: { readonly message?: string } = {},
): Promise<T> {
  let display: Log | undefined;
  const log = (line: string): void => {
    if (display === undefined) console.error(line);
    else display.log(line);
  };
  const onDisplay = (shown: Log | undefined): void => void (display = shown);
  const controller = new AbortController();
  const isLaunched = process.env["LEEWAY_LAUNCH"] === "1"; // the launcher says it for all ranks
  let first: { readonly code: number; readonly at: number } | undefined;
  const listen = (name: NodeJS.Signals): void => {
    const code = 128 + constants.signals[name];
    if (first === undefined) {
      first = { code, at: performance.now() };
      controller.abort();
      if (message !== "" && !isLaunched) log(message);
    } else if (performance.now() - first.at > samePress) {
      process.exit(code);
    }
  };
  process.on("SIGINT", listen);
  process.on("SIGTERM", listen);
  try {
    return await work({ signal: controller.signal, exitCode: () => first?.code, log, onDisplay });
  } finally {
    process.off("SIGINT", listen);
    process.off("SIGTERM", listen);
  }
}

/** What work gives, or "aborted" where the signal ended it. */
export async function unlessAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | "aborted"> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted && error === signal.reason) return "aborted";
    throw error;
  }
}
