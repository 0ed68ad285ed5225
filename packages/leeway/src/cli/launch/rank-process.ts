import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { errorFileVariable, readErrorFile } from "./error-file.ts";
import { lifelineDescriptor } from "./lifeline.ts";
import { exitCodeOf, type Failure, lostPeerCode } from "./outcome.ts";

/** A process that trains as one of the ranks. */
export interface RankProcess {
  /** What went wrong, once it has ended and all it printed was shown; null where it ended well. */
  readonly ended: Promise<(Failure & { readonly at: number }) | null>;
  /** Sends a signal; SIGKILL also to what it has started itself. */
  kill(signal: NodeJS.Signals): void;
}

/**
 * Starts `leeway` with other arguments as a rank. Rank 0 prints as if it were this process; of the others each line
 * of either stream is shown on stderr with the rank in front.
 *
 * It leads a process group of its own, so that a key press reaches it through the launcher alone.
 */
export function startRank(
  rank: number,
  args: readonly string[],
  { environment, errorFile }: { readonly environment: NodeJS.ProcessEnv; readonly errorFile: string },
): RankProcess {
  const shown = rank === 0 ? "inherit" : "pipe";
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1]!, ...args], {
    stdio: ["ignore", shown, shown, "pipe"],
    env: { ...environment, [errorFileVariable]: errorFile, LEEWAY_LIFELINE: String(lifelineDescriptor) },
    detached: true,
  });
  for (const stream of [child.stdout, child.stderr]) if (stream !== null) showLines(stream, rank);
  const kill = (signal: NodeJS.Signals): void => {
    send(child, signal);
  };
  return { ended: endOf(child, { rank, errorFile }), kill };
}

function showLines(stream: Readable, rank: number): void {
  createInterface({ input: stream, crlfDelay: Infinity }).on("line", (line) => {
    if (line !== "") console.error(`[rank ${rank}] ${line}`);
  });
}

function endOf(
  child: ChildProcess,
  { rank, errorFile }: { readonly rank: number; readonly errorFile: string },
): RankProcess["ended"] {
  return new Promise((resolve) => {
    child.on("error", (cause) => {
      const reason = `rank ${rank} could not be started: ${cause.message}`;
      resolve({ code: 4, reason, follows: false, at: Date.now() });
    });
    child.on("close", (exit, signal) => {
      const code = exitCodeOf(exit, signal);
      if (code === 0) {
        resolve(null);
        return;
      }
      const said = readErrorFile(errorFile);
      const how = signal === null ? `exit code ${code}` : `killed by ${signal}${killedWords(signal)}`;
      const reason = `rank ${rank} (process ${child.pid ?? "?"}): ${said?.message ?? how}`;
      resolve({ code, reason, follows: code === lostPeerCode, at: said?.at ?? Date.now() });
    });
  });
}

function killedWords(signal: NodeJS.Signals): string {
  return signal === "SIGKILL" ? ", as the system does where memory runs out" : "";
}

function send({ pid, exitCode, signalCode }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(signal === "SIGKILL" ? -pid : pid, signal);
  } catch {
    // It has ended since.
  }
}
