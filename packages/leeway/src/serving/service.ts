import type { Server } from "node:http";
import { type App, createApp } from "./app.ts";
import { isLoopback } from "./hosts.ts";
import { openServer } from "./http-server.ts";
import { defaultLimits, type Limits } from "./limits.ts";
import type { ServedModel } from "./served-model.ts";

/** Where and for whom a service listens. */
export interface ServiceOptions {
  /** 8000 by default; 0 for any that is free. */
  readonly port?: number | undefined;
  /** 127.0.0.1 by default. */
  readonly host?: string | undefined;
  /** Names that the Host header may have beside those of this machine. */
  readonly hosts?: readonly string[] | undefined;
  /** Origins of pages elsewhere that may use it; by default none. */
  readonly origins?: readonly string[] | undefined;
  readonly limits?: Partial<Limits> | undefined;
  /** Of Leeway, for the document and the health. */
  readonly version?: string | undefined;
  /** Is told of faults of the service's own, which clients hear nothing of. */
  readonly onFault?: ((error: unknown) => void) | undefined;
}

/** A service that listens. */
export interface Service {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** Whether programs of other machines reach it. */
  readonly isOpen: boolean;
  /** Stops: refuses what is new, ends what runs, and cuts what has not ended in time. The model stays open. */
  close(): Promise<void>;
}

/**
 * Serves predictions over HTTP.
 *
 * @throws RunError with code "run" for a port or a host that cannot be listened at
 */
export async function startService(
  model: ServedModel,
  {
    port = 8000,
    host = "127.0.0.1",
    hosts = [],
    origins = [],
    limits: requested = {},
    version = "",
    onFault = () => undefined,
  }: ServiceOptions = {},
): Promise<Service> {
  const limits = { ...defaultLimits, ...requested };
  const isOpen = !isLoopback(host);
  const own = isOpen && hosts.length === 0 ? undefined : hosts.map((each) => each.toLowerCase());
  const app = createApp(model, { limits, version, origins, onFault, hosts: own });
  const opened = await openServer(app.fetch, {
    ...{ port, host },
    serverOptions: {
      // A client that sends its request a byte at a time loses its connection.
      headersTimeout: limits.seconds * 1000,
      requestTimeout: (limits.seconds + 5) * 1000,
    },
  });
  return {
    ...{ url: opened.url, host, port: opened.port, isOpen },
    close: () => closed(opened.server, app, limits),
  };
}

/** Ends a server: idle connections at once, others once they are answered, all in the time that they have. */
async function closed(server: Server, app: App, { stopSeconds }: Limits): Promise<void> {
  app.stop();
  await new Promise<void>((resolve) => {
    const cut = setTimeout(() => {
      server.closeAllConnections();
    }, stopSeconds * 1000);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
