import type { Server, ServerOptions } from "node:http";
import type { AddressInfo } from "node:net";
import { RunError } from "../errors.ts";

/** A server that listens, and where. */
export interface OpenServer {
  readonly server: Server;
  readonly url: string;
  readonly port: number;
}

/**
 * Opens a server of HTTP.
 *
 * @param fetch answers requests
 * @param port  0 for any that is free
 * @throws RunError with code "run" for a port or a host that cannot be listened at
 */
export async function openServer(
  fetch: (request: Request) => Response | Promise<Response>,
  {
    serverOptions = {},
    ...at
  }: { readonly port: number; readonly host: string; readonly serverOptions?: ServerOptions },
): Promise<OpenServer> {
  const { createAdaptorServer } = await import("@hono/node-server");
  const server = createAdaptorServer({ fetch, serverOptions }) as Server;
  await listening(server, at);
  const { port } = server.address() as AddressInfo; // it listens at a port
  const name = at.host.includes(":") ? `[${at.host}]` : at.host;
  return { server, url: `http://${name}:${port}`, port };
}

function listening(server: Server, at: { readonly port: number; readonly host: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(notListening(error, at));
    });
    server.listen(at.port, at.host, resolve);
  });
}

function notListening(
  error: NodeJS.ErrnoException,
  { port, host }: { readonly port: number; readonly host: string },
): RunError {
  const byCode: Readonly<Record<string, string>> = {
    EADDRINUSE: `--port: expected a free port, got ${port}, at which another program listens. --port 0 takes any.`,
    EACCES: `--port: expected a port that this user may open, got ${port}. Take one of at least 1024.`,
    EADDRNOTAVAIL: `--host: expected an address of this machine, got ${host}.`,
    ENOTFOUND: `--host: expected an address of this machine, got ${host}.`,
  };
  const message =
    byCode[error.code ?? ""] ?? `${host}:${port}: expected to listen there, got ${error.message}.`;
  return new RunError("run", message, { cause: error });
}
