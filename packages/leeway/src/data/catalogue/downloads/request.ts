import { type IncomingMessage, request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";
import { proxyFor, tunnelled } from "./proxy.ts";

/** How a file is requested. */
export interface Asking {
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds without a byte after which a transfer is abandoned. */
  readonly patience: number;
  /** Whether plain http is allowed: for a mirror of that scheme. */
  readonly plain: boolean;
  readonly signal?: AbortSignal | undefined;
}

const maxRedirects = 5;

/**
 * The answer to a GET, through the proxy of the environment, after redirects.
 *
 * @throws Error for a redirect to what is not allowed, too many of them, or a server that does not answer
 */
export async function get(url: URL, asking: Asking): Promise<IncomingMessage> {
  let at = url;
  for (let redirects = 0; redirects <= maxRedirects; redirects++) {
    requireProtocol(at, asking);
    const response = await once(at, asking);
    const { statusCode = 0, headers } = response;
    if (![301, 302, 303, 307, 308].includes(statusCode) || headers.location === undefined) return response;
    response.resume();
    at = new URL(headers.location, at);
  }
  throw new Error(`more than ${maxRedirects} redirects`);
}

function requireProtocol(url: URL, { plain }: Asking): void {
  if (url.protocol === "https:" || (plain && url.protocol === "http:")) return;
  throw new Error(`a redirect to ${url.href}, which is not https`);
}

async function once(url: URL, { headers, patience, signal }: Asking): Promise<IncomingMessage> {
  const proxy = proxyFor(url);
  const secure = url.protocol === "https:";
  const socket = proxy !== undefined && secure ? await tunnelled(proxy, url) : undefined;
  const options = {
    headers: { "user-agent": "leeway", host: url.host, ...headers },
    signal,
    ...(socket && { createConnection: () => socket }),
  };
  return new Promise((resolve, reject) => {
    const request =
      proxy !== undefined && !secure
        ? plainRequest({ ...options, host: proxy.hostname, port: proxy.port, path: url.href })
        : (secure ? secureRequest : plainRequest)(url, options);
    request.setTimeout(patience, () => request.destroy(new Error(`no byte for ${patience / 1000} s`)));
    request.once("response", resolve);
    request.once("error", reject);
    request.end();
  });
}
