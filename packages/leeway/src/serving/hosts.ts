import { refusal } from "./http-error.ts";

const loopback = ["localhost", "127.0.0.1", "[::1]"];

/** Whether only programs of this machine reach a service that listens there. */
export function isLoopback(host: string): boolean {
  return host === "::1" || loopback.includes(host) || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/**
 * Refuses requests under a name that is not the service's: a page of the web whose name is made to lead to this machine
 * (DNS rebinding) could read its answers.
 *
 * @param host    of the request, with its port
 * @param allowed names beside those of this machine
 * @throws HttpError 403
 */
export function requireOwnHost(host: string | undefined, allowed: readonly string[]): void {
  const name = host?.replace(/:\d+$/, "").toLowerCase();
  if (name !== undefined && (isLoopback(name) || allowed.includes(name))) return;
  throw refusal(403, {
    where: "Host",
    what: `one of ${[...loopback, ...allowed].join(", ")}`,
    got: JSON.stringify(host ?? null),
    advice: "Name more with --allow-host.",
  });
}

/**
 * Refuses requests that a browser sends for a page of another site, which nobody has allowed.
 *
 * @param site    `sec-fetch-site`, which browsers send; undefined from other programs
 * @param origins that are allowed
 * @throws HttpError 403
 */
export function requireOwnSite({
  site,
  origin,
  origins,
}: {
  readonly site: string | undefined;
  readonly origin: string | undefined;
  readonly origins: readonly string[];
}): void {
  if (site !== "cross-site" || origin === undefined || origins.includes(origin)) return;
  throw refusal(403, {
    where: "Origin",
    what: "a page of the service itself",
    got: JSON.stringify(origin),
    advice: "Allow others with --cors.",
  });
}
