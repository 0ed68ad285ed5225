import type { Socket } from "node:net";
import { z } from "zod";
import { heartbeat } from "./time-limits.ts";

const whole = z.int().min(0);
const failure = z.object({ code: whole.max(255), reason: z.string().max(10_000), follows: z.boolean() });

/** What a launcher says to that of node 0. */
export const toHost = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("hello"),
    version: z.string(),
    node: whole,
    count: whole,
    ranks: whole.min(1).max(1024),
  }),
  /** Its ranks of an attempt have ended. */
  z.object({ kind: z.literal("ended"), attempt: whole, failure: failure.nullable() }),
  /** Somebody wants the whole job to end. */
  z.object({ kind: z.literal("interrupted") }),
  z.object({ kind: z.literal("alive") }),
]);
export type ToHost = z.infer<typeof toHost>;

/** What the launcher of node 0 says to the others. */
export const toGuest = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("start"), attempt: whole, size: whole, first: whole, port: whole }),
  z.object({ kind: z.literal("stop"), after: z.enum(["signal", "failure"]) }),
  /** The end of the job. */
  z.object({ kind: z.literal("finish"), failure: failure.nullable() }),
  /** It is not wanted: why. */
  z.object({ kind: z.literal("refused"), reason: z.string().max(1_000) }),
  z.object({ kind: z.literal("alive") }),
]);
export type ToGuest = z.infer<typeof toGuest>;

/** Longer lines are no message of ours. */
const maxLine = 64 * 1024;

/** A connection on which each side says one JSON object a line. */
export interface Line<Said> {
  say(message: Said): void;
  /** Closes it, once all that was said is on its way. */
  end(): void;
}

/**
 * Reads and writes messages on a socket, and says every few seconds that this side lives.
 *
 * @param onLost told once why the connection is of no use any more: closed, silent for too long, or not ours
 */
export function openLine<Heard, Said>(
  socket: Socket,
  schema: z.ZodType<Heard>,
  {
    onMessage,
    onLost,
  }: { readonly onMessage: (message: Heard) => void; readonly onLost: (why: string) => void },
): Line<Said | { readonly kind: "alive" }> {
  let [rest, heardAt, isOver] = ["", performance.now(), false];
  const say = (message: Said | { readonly kind: "alive" }): void => {
    if (!socket.destroyed) socket.write(`${JSON.stringify(message)}\n`);
  };
  const lost = (why: string): void => {
    if (isOver) return;
    isOver = true;
    clearInterval(beat);
    socket.destroy();
    onLost(why);
  };
  const beat = setInterval(() => {
    say({ kind: "alive" });
    const silent = performance.now() - heardAt;
    if (silent > heartbeat.lostAfter) lost(`nothing was heard of it for ${Math.round(silent / 1000)} s`);
  }, heartbeat.every);
  socket.setNoDelay(true);
  socket.on("data", (bytes: Buffer) => {
    heardAt = performance.now();
    const lines = (rest + bytes.toString("utf8")).split("\n");
    rest = lines.pop()!;
    if (rest.length > maxLine) lost("it does not speak as a launcher of Leeway does");
    for (const text of lines) {
      const message = parsed(schema, text);
      if (message === undefined) lost("it does not speak as a launcher of Leeway does");
      else if (!isOver) onMessage(message);
    }
  });
  socket.on("error", (cause) => {
    lost(cause.message);
  });
  socket.on("close", () => {
    lost("the connection was closed");
  });
  return {
    say,
    end: () => {
      isOver = true;
      clearInterval(beat);
      socket.end();
    },
  };
}

function parsed<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
