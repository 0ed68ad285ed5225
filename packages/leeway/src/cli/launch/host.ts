import { createServer, type Server, type Socket } from "node:net";
import { RunError } from "../../errors.ts";
import type { NodePlace } from "../../ranks/index.ts";
import { version } from "../version.ts";
import type { Attempt, RunningRanks } from "./local-ranks.ts";
import { type Line, openLine, toHost, type ToGuest, type ToHost } from "./messages.ts";
import { type Failure, lostPeerCode } from "./outcome.ts";
import { meetingTakes } from "./time-limits.ts";

/** A machine that has ranks to start: this one, or one whose launcher has said hello. */
export interface NodeRanks {
  readonly ranks: number;
  /** @param first the rank of the first of its ranks */
  start(attempt: Attempt, first: number): RunningRanks;
}

/** The launcher of node 0, to which those of the other machines come. */
export interface Host {
  /**
   * The other machines, by their number, once all are there: also those that come back after they were lost.
   *
   * @throws RunError with code "peer" naming those that are still missing after five minutes
   */
  guests(): Promise<NodeRanks[]>;
  /** Tells all how the job ended, and listens no more. */
  finish(failure: Failure | null): Promise<void>;
}

/** A machine whose launcher is connected. */
interface Guest extends NodeRanks {
  readonly line: Line<ToGuest>;
  heard(message: ToHost): void;
  lost(why: string): void;
}

/**
 * Waits for the launchers of other machines at the port of node 0.
 *
 * @param onInterrupted one of them was told to end
 * @throws RunError with code "environment" if nothing can listen there
 */
export async function openHost(
  place: NodePlace,
  { onInterrupted, signal }: { readonly onInterrupted: () => void; readonly signal: AbortSignal },
): Promise<Host> {
  const present = new Map<number, Guest>();
  let changed = (): void => undefined;
  const server = await listening(place.port, (socket) => {
    greet(socket, place, {
      onHello: (node, guest) => {
        present.get(node)?.lost("its launcher was started anew");
        present.set(node, guest);
        changed();
      },
      onLost: (node, guest) => {
        if (present.get(node) === guest) present.delete(node);
      },
      onInterrupted,
    });
  });
  const missing = (): number[] =>
    Array.from({ length: place.count - 1 }, (_, i) => i + 1).filter((node) => !present.has(node));
  return {
    guests: async () => {
      const began = performance.now();
      while (missing().length > 0 && !signal.aborted) {
        const left = meetingTakes - (performance.now() - began);
        if (left <= 0) throw missingError(place, missing());
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, left);
          changed = () => {
            clearTimeout(timer);
            resolve();
          };
          signal.addEventListener("abort", changed, { once: true });
        });
      }
      return [...present.entries()].sort(([a], [b]) => a - b).map(([, guest]) => guest);
    },
    finish: async (failure) => {
      for (const { line } of present.values()) {
        line.say({ kind: "finish", failure });
        line.end();
      }
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function missingError({ count }: NodePlace, nodes: readonly number[]): RunError {
  const names = nodes.map((node) => `node ${node}`).join(", ");
  const message =
    `leeway launch: expected ${count} machines to meet within ${meetingTakes / 60_000} minutes, got none from ${names}. ` +
    "Look at what their launchers print.";
  return new RunError("peer", message);
}

function listening(port: number, onConnection: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(onConnection);
    server.once("error", (cause) => {
      const message = `leeway launch: expected to listen at port ${port} for the other machines, got ${cause.message}. Set another PET_MASTER_PORT or MASTER_PORT on all of them.`;
      reject(new RunError("environment", message, { cause }));
    });
    server.listen(port, () => {
      resolve(server);
    });
  });
}

/** Listens to who has connected: a launcher of this job becomes a guest with its first message. */
function greet(
  socket: Socket,
  { count }: NodePlace,
  {
    onHello,
    onLost,
    onInterrupted,
  }: {
    readonly onHello: (node: number, guest: Guest) => void;
    readonly onLost: (node: number, guest: Guest) => void;
    readonly onInterrupted: () => void;
  },
): void {
  let known: { readonly node: number; readonly guest: Guest } | undefined;
  const from = socket.remoteAddress ?? "an unknown address";
  const line: Line<ToGuest> = openLine<ToHost, ToGuest>(socket, toHost, {
    onMessage: (message) => {
      if (known !== undefined || message.kind !== "hello") {
        known?.guest.heard(message);
        if (known !== undefined && message.kind === "interrupted") onInterrupted();
        return;
      }
      const fault = faultOf(message, count);
      if (fault !== null) {
        line.say({ kind: "refused", reason: fault });
        line.end();
        return;
      }
      const { node, ranks } = message;
      known = { node, guest: guestOf(`node ${node} (${from})`, { ranks, line }) };
      onHello(node, known.guest);
    },
    onLost: (why) => {
      if (known === undefined) return;
      onLost(known.node, known.guest);
      known.guest.lost(why);
    },
  });
}

/** Why a launcher cannot take part. */
function faultOf(hello: Extract<ToHost, { kind: "hello" }>, count: number): string | null {
  if (hello.version !== version())
    return `node 0 runs Leeway ${version()}, and this machine ${hello.version}`;
  if (hello.count !== count) return `node 0 expects ${count} machines, and this one ${hello.count}`;
  if (hello.node < 1 || hello.node >= count)
    return `node 0 expects nodes 1 to ${count - 1}, and this is ${hello.node}`;
  return null;
}

function guestOf(
  name: string,
  { ranks, line }: { readonly ranks: number; readonly line: Line<ToGuest> },
): Guest {
  let current: { readonly attempt: number; readonly end: (failure: Failure | null) => void } | undefined;
  let goneBecause: string | undefined;
  const lostFailure = (why: string): Failure => ({
    ...{ code: lostPeerCode, reason: `${name} was lost: ${why}`, follows: false },
  });
  return {
    ranks,
    line,
    start: ({ number, size, port }, first) => {
      const ended = new Promise<Failure | null>((resolve) => {
        current = { attempt: number, end: resolve };
        if (goneBecause !== undefined) resolve(lostFailure(goneBecause));
      });
      line.say({ kind: "start", attempt: number, size, first, port });
      return {
        ended,
        stop: (after) => {
          line.say({ kind: "stop", after });
        },
      };
    },
    heard: (message) => {
      if (message.kind !== "ended" || message.attempt !== current?.attempt) return;
      const { failure } = message;
      current.end(failure && { ...failure, reason: `${name}, ${failure.reason}` });
    },
    lost: (why) => {
      goneBecause ??= why;
      current?.end(lostFailure(why));
    },
  };
}
