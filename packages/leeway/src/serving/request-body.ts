import type { IncomingMessage } from "node:http";
import { refusal } from "./http-error.ts";

/**
 * The bytes of a request's body.
 *
 * @throws HttpError 413 once more bytes come, or are announced, than are taken; 415 for a packed body
 * @throws the signal's reason once it is aborted
 */
export function requestBody(
  incoming: IncomingMessage,
  { maxBytes, signal }: { readonly maxBytes: number; readonly signal: AbortSignal },
): Promise<Buffer> {
  const packing = incoming.headers["content-encoding"] ?? "identity";
  if (packing !== "identity") {
    throw refusal(415, { what: "a body that is not packed", got: packing, advice: "Leave gzip out." });
  }
  if (Number(incoming.headers["content-length"]) > maxBytes) throw tooLarge(maxBytes);
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    const end = (error?: Error): void => {
      incoming.off("data", take).off("end", end).off("error", end);
      signal.removeEventListener("abort", abort);
      if (error === undefined) resolve(Buffer.concat(parts));
      else reject(error);
    };
    const abort = (): void => {
      end(signal.reason as Error);
    };
    const take = (part: Buffer): void => {
      parts.push(part);
      if ((size += part.length) > maxBytes) end(tooLarge(maxBytes));
    };
    signal.addEventListener("abort", abort, { once: true });
    incoming.on("data", take).on("end", end).on("error", end);
  });
}

function tooLarge(maxBytes: number): Error {
  const what = `at most ${maxBytes} bytes`;
  // What still comes is not read: the connection cannot serve another request.
  const headers = { connection: "close" };
  return refusal(413, { what, got: "more", advice: "Send fewer examples at a time." }, { headers });
}
