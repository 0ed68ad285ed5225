import { createConnection, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { RunError } from "../../errors.ts";
import type { NodePlace } from "../../ranks/index.ts";
import { version } from "../version.ts";
import type { NodeRanks } from "./host.ts";
import type { RunningRanks } from "./local-ranks.ts";
import { openLine, toGuest, type ToGuest, type ToHost } from "./messages.ts";
import { type Failure, interruptedEarly, lostPeerCode } from "./outcome.ts";
import { meetingTakes } from "./time-limits.ts";

/**
 * Starts and ends the ranks of this machine as the launcher of node 0 says, until the job is over.
 *
 * @returns how the whole job ended; null where it ended well
 * @throws RunError with code "peer" if node 0 cannot be reached within five minutes
 */
export async function beGuest(
  place: NodePlace,
  { own, signal }: { readonly own: NodeRanks; readonly signal: AbortSignal },
): Promise<Failure | null> {
  const socket = await connected(place, signal);
  if (socket === null) return interruptedEarly;
  let running: RunningRanks | undefined;
  const { address } = place;
  const result = await new Promise<Failure | null>((resolve) => {
    const line = openLine<ToGuest, ToHost>(socket, toGuest, {
      onMessage: (message) => {
        if (message.kind === "start") {
          const { attempt: number, size, first, port } = message;
          running = own.start({ number, size, address, port }, first);
          void running.ended.then((failure) => {
            line.say({ kind: "ended", attempt: number, failure });
          });
        } else if (message.kind === "stop") {
          running?.stop(message.after);
        } else if (message.kind === "finish") {
          line.end();
          resolve(message.failure);
        } else if (message.kind === "refused") {
          line.end();
          resolve({ code: 2, reason: `refused by node 0: ${message.reason}`, follows: false });
        }
      },
      onLost: (why) => {
        resolve({ code: lostPeerCode, reason: `node 0 (${address}) was lost: ${why}`, follows: false });
      },
    });
    signal.addEventListener("abort", () => {
      line.say({ kind: "interrupted" });
    });
    line.say({ kind: "hello", version: version(), node: place.index, count: place.count, ranks: own.ranks });
  });
  running?.stop("failure"); // of no effect where they have ended
  await running?.ended;
  return result;
}

/** A connection to node 0, which may still have to be started; null where a signal comes first. */
async function connected({ address, port }: NodePlace, signal: AbortSignal): Promise<Socket | null> {
  const began = performance.now();
  while (true) {
    const found = await tried(address, port);
    if (typeof found !== "string") return found;
    if (performance.now() - began >= meetingTakes) throw unreachable(`${address}:${port}`, found);
    await wait(500, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return null;
  }
}

function unreachable(place: string, fault: string): RunError {
  const message =
    `leeway launch: expected the launcher of node 0 at ${place} within ${meetingTakes / 60_000} minutes, got: ${fault}. ` +
    "Look at what it prints, and whether this machine may connect there.";
  return new RunError("peer", message);
}

/** A connection, or why there is none. */
function tried(host: string, port: number): Promise<Socket | string> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port });
    const timer = setTimeout(() => socket.destroy(new Error("no answer in 10 s")), 10_000);
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.removeAllListeners("error");
      resolve(socket);
    });
    socket.once("error", (cause) => {
      clearTimeout(timer);
      resolve(cause.message);
    });
  });
}
