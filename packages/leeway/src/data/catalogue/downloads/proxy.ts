import { request as plainRequest } from "node:http";
import type { Socket } from "node:net";
import { connect } from "node:tls";
import { expected } from "../../../errors.ts";

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
export function tunnelled(proxy: URL, url: URL): Promise<Socket> {
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
