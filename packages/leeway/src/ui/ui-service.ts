import { openServer } from "../serving/index.ts";
import { createUi, type UiOptions } from "./ui-app.ts";

/** A dashboard that listens. */
export interface Ui {
  readonly url: string;
  readonly port: number;
  /** Stops at once: what is open are pages that ask again. */
  close(): Promise<void>;
}

/**
 * Shows the runs of a folder at 127.0.0.1, where only programs of this machine reach it.
 *
 * @throws RunError with code "run" for a port that cannot be listened at
 */
export async function startUi({ port, ...options }: UiOptions & { readonly port: number }): Promise<Ui> {
  const app = createUi(options);
  const { server, url, port: open } = await openServer(app.fetch, { port, host: "127.0.0.1" });
  return {
    ...{ url, port: open },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
