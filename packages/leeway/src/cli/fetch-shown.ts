import { createLogUpdate } from "log-update";
import type { FetchProgress } from "../data/index.ts";
import { percent } from "../report/index.ts";
import { interruptible } from "./interruption.ts";
import type { OutputFlags } from "./options/shared.ts";
import { progressMode } from "./terminal.ts";

/** Fetches files, shows how far they are, and prints their paths. */
export async function fetchShown(
  fetching: (signal: AbortSignal) => AsyncGenerator<FetchProgress, string[], undefined>,
  { json = false, progress }: Pick<OutputFlags, "json" | "progress">,
): Promise<void> {
  const shown = fetchDisplay(progress);
  await interruptible(async ({ signal, exitCode }) => {
    try {
      const files = fetching(signal);
      let step = await files.next();
      for (; !step.done; step = await files.next()) shown.show(step.value);
      shown.end();
      console.log(json ? JSON.stringify(step.value) : step.value.join("\n"));
    } catch (error) {
      shown.end();
      if (!signal.aborted) throw error;
      process.exitCode = exitCode();
    }
  });
}

/** Shows how far files are. */
interface FetchDisplay {
  show(progress: FetchProgress): void;
  end(): void;
}

function fetchDisplay(shown: boolean): FetchDisplay {
  const live = shown && progressMode(process.stderr) === "live";
  const update = live ? createLogUpdate(process.stderr) : undefined;
  let drawn = -Infinity;
  let last = "";
  return {
    show: ({ file, received, of, fault }) => {
      const line = `${file}  ${howFar({ received, of })}`;
      const now = performance.now();
      if (update !== undefined && (now - drawn > 100 || received === of)) {
        drawn = now;
        update(fault === undefined ? line : `${line}  (again, after ${fault})`);
      }
      // Without a terminal: one line a file, and one for each fault.
      const news = fault === undefined ? file : `${file}: ${fault}`;
      if (update === undefined && shown && news !== last)
        console.error(fault === undefined ? line : `${news}; again`);
      last = news;
    },
    end: () => {
      update?.done();
    },
  };
}

function howFar({ received, of }: Pick<FetchProgress, "received" | "of">): string {
  if (of === undefined) return `${megabytes(received)} MB`;
  return `${megabytes(received)} of ${megabytes(of)} MB  ${percent(of === 0 ? 1 : received / of)}`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
