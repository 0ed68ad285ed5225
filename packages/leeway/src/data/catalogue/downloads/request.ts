import { type IncomingMessage, request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";
import type { Socket } from "node:net";
import { connect } from "node:tls";
import { expected } from "../../../errors.ts";

/** How a file is requested. */
interface GetOptions {
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds without a byte after which a transfer is abandoned. */
  readonly patience: number;
  /** Whether plain http is allowed: for a mirror of that scheme. */
  readonly plain: boolean;
  readonly signal?: AbortSignal | undefined;
}

const maxRedirects = 5;

/** An answer to a GET. */
interface Answer {
  readonly response: IncomingMessage;
  /** Of the whole file, where the server says it. */
  readonly sha256?: string;
}

/**
 * The answer to a GET, through the proxy of the environment, after redirects.
 *
 * A server of Hugging Face's kind names the SHA-256 of a large file as `X-Linked-Etag` when it redirects to where that
 * file lies.
 *
 * @source huggingface_hub, file_download.py: `HUGGINGFACE_HEADER_X_LINKED_ETAG`
 * @throws Error for a redirect to what is not allowed, too many of them, or a server that does not answer
 */
export async function get(url: URL, options: GetOptions): Promise<Answer> {
  let at = url;
  let sha256: string | undefined;
  for (let redirects = 0; redirects <= maxRedirects; redirects++) {
    requireProtocol(at, options);
    const response = await once(at, options);
    const { statusCode = 0, headers } = response;
    sha256 = /^"?([0-9a-f]{64})"?$/.exec(String(headers["x-linked-etag"]))?.[1] ?? sha256;
    if (![301, 302, 303, 307, 308].includes(statusCode) || headers.location === undefined)
      return { response, ...(sha256 !== undefined && { sha256 }) };
    response.resume();
    at = new URL(headers.location, at);
  }
  throw new Error(`more than ${maxRedirects} redirects`);
}

function requireProtocol(url: URL, { plain }: GetOptions): void {
  if (url.protocol === "https:" || (plain && url.protocol === "http:")) return;
  throw new Error(`a redirect to ${url.href}, which is not https`);
}

async function once(url: URL, { headers, patience, signal }: GetOptions): Promise<IncomingMessage> {
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

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for a URL, as HTTPS_PROXY, HTTP_PROXY and NO_PROXY say, in capitals or small letters; undefined for none.
 *
 * @throws ArgumentError if the variable holds no http URL
 */
export function proxyFor(url: URL, environment: Environment = process.env): URL | undefined {
  const value = (name: string): string => environment[name.toLowerCase()] ?? environment[name] ?? "";
  const setting = value(url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY");
  if (setting === "" || isExcepted(url.hostname, value("NO_PROXY"))) return undefined;
  const proxy = URL.canParse(setting) ? new URL(setting) : undefined;
  if (proxy?.protocol === "http:") return proxy;
  throw expected("HTTPS_PROXY", "", "a URL such as http://host:3128", setting);
}

/** `NO_PROXY=localhost,.example.org,*`: names, ends of names, or all. */
function isExcepted(host: string, list: string): boolean {
  const names = list.split(/[\s,]+/).filter(Boolean);
  return names.some((name) => {
    const bare = name.replace(/^\*?\./, "").replace(/:\d+$/, "");
    return name === "*" || host === bare || host.endsWith(`.${bare}`);
  });
}

/** A TLS connection to a host through a proxy: its CONNECT. */
function tunnelled(proxy: URL, url: URL): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const target = `${url.hostname}:${url.port === "" ? 443 : url.port}`;
    const { username, password } = proxy;
    const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    const request = plainRequest({
      host: proxy.hostname,
      port: proxy.port === "" ? 80 : proxy.port,
      method: "CONNECT",
      path: target,
      headers: {
        host: target,
        ...(username !== "" && { "proxy-authorization": `Basic ${Buffer.from(login).toString("base64")}` }),
      },
    });
    request.setTimeout(30_000, () => request.destroy(new Error("the proxy does not answer")));
    request.once("connect", (response, socket) => {
      if (response.statusCode === 200) resolve(connect({ socket, servername: url.hostname }));
      else {
        socket.destroy();
        reject(new Error(`the proxy ${proxy.host} answers ${response.statusCode ?? "nothing"}`));
      }
    });
    request.once("error", reject);
    request.end();
  });
}
