import { createLogUpdate } from "log-update";
import type { ReadingProgress } from "../data/index.ts";
import type { ProgressMode } from "./terminal.ts";
import { clock, count } from "../report/index.ts";

/** Shows how far a long reading of data is, on stderr. */
export interface ReadingDisplay {
  readonly onProgress: (progress: ReadingProgress) => void;
  /** Clears the line. */
  readonly end: () => void;
}

/** Milliseconds from a line to the next where lines are not redrawn. */
const linesEvery = 30_000;

/** A display of reading: a line that changes, a line now and then, or nothing. */
export function readingDisplay(stream: NodeJS.WriteStream, mode: ProgressMode): ReadingDisplay {
  if (mode === "silent") return { onProgress: () => undefined, end: () => undefined };
  let first: { readonly at: number; readonly done: number } | undefined;
  const lineOf = (progress: ReadingProgress): string => {
    first ??= { at: performance.now(), done: progress.done };
    return renderReading(progress, {
      seconds: (performance.now() - first.at) / 1000,
      done: progress.done - first.done,
    });
  };
  if (mode === "live") {
    const update = createLogUpdate(stream);
    return {
      onProgress: (progress) => {
        update(lineOf(progress));
      },
      end: () => {
        if (first === undefined) return;
        update.clear();
        update.done();
      },
    };
  }
  let written = performance.now();
  return {
    onProgress: (progress) => {
      const line = lineOf(progress);
      const now = performance.now();
      if (now - written < linesEvery && progress.done < progress.of) return;
      written = now;
      stream.write(`${line}\n`);
    },
    end: () => undefined,
  };
}

/**
 * "caching images  12,000 of 50,000  812/s  46 s left".
 *
 * @param since what was done since the display began, and how long it took
 */
export function renderReading(
  { what, done, of }: ReadingProgress,
  since: { readonly seconds: number; readonly done: number },
): string {
  const parts = [what, `${count(done)} of ${count(of)}`];
  if (since.seconds > 0 && since.done > 0) {
    const rate = since.done / since.seconds;
    parts.push(`${count(rate)}/s`);
    if (done < of) parts.push(`${clock((of - done) / rate)} left`);
  }
  return parts.join("  ");
}
