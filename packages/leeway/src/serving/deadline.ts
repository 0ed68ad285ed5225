import type { ServerResponse } from "node:http";
import { refusal } from "./http-error.ts";

/**
 * Answers a request under a signal that is aborted when its time is over, or its client has gone.
 *
 * @throws HttpError 503 once the time is over
 */
export async function withDeadline<T>(
  outgoing: ServerResponse,
  seconds: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const late = (): void => {
    const fault = {
      what: `an answer within ${seconds} s`,
      got: "none",
      advice: "Try again, or send fewer examples.",
    };
    controller.abort(refusal(503, fault, { headers: { "retry-after": "1" } }));
  };
  const gone = (): void => {
    controller.abort(new Error("the client has gone"));
  };
  const timer = setTimeout(late, seconds * 1000);
  outgoing.once("close", gone);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    outgoing.off("close", gone);
  }
}
